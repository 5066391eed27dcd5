import { expect, type Locator, type Page } from '@playwright/test';

/** The Read place as a person meets it: by role and visible words. */
export class ReadPage {
  readonly page: Page;
  readonly seriesList: Locator;
  readonly slices: Locator;
  readonly viewport: Locator;
  readonly position: Locator;
  readonly answer: Locator;
  readonly bars: Locator;
  /** What the other model says of the slice. */
  readonly agreement: Locator;
  /** What this reader says of the slice as it stands. */
  readonly standingReading: Locator;
  readonly problems: Locator;
  readonly disclaimer: Locator;
  readonly cancelButton: Locator;

  constructor(page: Page) {
    this.page = page;
    this.seriesList = page.getByRole('listbox', { name: 'Series' });
    this.slices = page.getByRole('listbox', { name: 'Slices' });
    this.viewport = page.getByRole('application', { name: /^Slice \d+ of \d+/ });
    this.position = page.getByText(/^Slice \d+ of \d+$/);
    this.answer = page.getByRole('complementary', { name: 'Answer' });
    this.bars = page.getByRole('list', { name: 'Class probabilities' });
    this.agreement = page.getByTestId('agreement');
    this.standingReading = page.getByTestId('standing-slice');
    this.problems = page.getByRole('region', { name: 'Problems with opening' });
    this.disclaimer = page.getByText('For research use. Not a diagnosis.');
    this.cancelButton = page.getByRole('button', { name: 'Cancel' });
  }

  /** Through the button and the browser's file dialog. */
  async openFiles(paths: string | string[]): Promise<void> {
    const dialog = this.page.waitForEvent('filechooser');
    await this.page.getByRole('button', { name: 'Open files…' }).click();
    await (await dialog).setFiles(paths);
  }

  async openFolder(path: string): Promise<void> {
    const dialog = this.page.waitForEvent('filechooser');
    await this.page.getByRole('button', { name: 'Open folder…' }).click();
    await (await dialog).setFiles(path);
  }

  /** A picture of a layout, counted from 1 in reading order. */
  pane(number: number): Locator {
    return this.page.getByRole('group', { name: new RegExp(`^Pane ${number}\\b`) });
  }

  /** Where a pane is in its series: "4 / 20". */
  placeIn(number: number): Locator {
    return this.pane(number).getByText(/^\d+ \/ \d+/);
  }

  /** Through the menu, as `2 × 2`. */
  async chooseLayout(name: string): Promise<void> {
    await this.page.getByRole('button', { name: /^Layout/ }).click();
    await this.page.getByRole('button', { name: `${name}:` }).click();
    await this.press('Escape');
  }

  /** Waits until slice `number` of `count` is chosen and its answer is there. */
  async expectAnswered(number: number, count: number): Promise<void> {
    await expect(this.position).toHaveText(`Slice ${number} of ${count}`);
    await expect(this.answer.getByTestId('answer-class')).toBeVisible();
    await expect(this.bars).toHaveAttribute('aria-busy', 'false');
  }

  /** The four numbers on the screen, in percent, in the order of the classes; "<0.1%" is 0, ">99.9%" is 100. */
  async percentages(): Promise<number[]> {
    const rows = await this.bars.getByRole('listitem').allInnerTexts();
    return rows.map((row) => {
      if (row.includes('<0.1%')) return 0;
      return row.includes('>99.9%') ? 100 : Number(/([\d.]+)%/.exec(row)?.[1]);
    });
  }

  /** The slices that carry an answer, of those that the strip shows. */
  answeredSlices(): Locator {
    return this.slices.getByRole('option', { name: /%$/ });
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Turns the wheel over the picture, one notch at a time. */
  async wheel(notches: number): Promise<void> {
    await this.viewport.hover();
    for (let step = 0; step < Math.abs(notches); step++) {
      await this.page.mouse.wheel(0, 120 * Math.sign(notches));
      await this.page.waitForTimeout(50);
    }
  }

  /** Drags with the left button from the middle of the picture. */
  async drag(rightward: number, downward: number): Promise<void> {
    const box = await this.viewport.boundingBox();
    if (box === null) throw new Error('the viewport is not visible');
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await this.page.mouse.move(x, y);
    await this.page.mouse.down();
    await this.page.mouse.move(x + rightward, y + downward, { steps: 8 });
    await this.page.mouse.up();
    // Off the picture, so that no cursor or probe differs between two pictures.
    await this.page.mouse.move(1, 1);
  }
}
