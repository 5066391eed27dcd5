import { expect, type Locator, type Page } from '@playwright/test';

/** The Training place as a person meets it. */
export class TrainingPage {
  readonly page: Page;
  readonly runs: Locator;
  readonly summary: Locator;
  /** The run that is looked at. */
  readonly run: Locator;

  constructor(page: Page) {
    this.page = page;
    this.runs = page.getByRole('complementary', { name: 'Runs' });
    this.summary = page.getByRole('complementary', { name: 'Summary' });
    this.run = page.getByRole('article');
  }

  async show(): Promise<void> {
    await this.page
      .getByRole('navigation', { name: 'Places' })
      .getByRole('button', { name: 'Training' })
      .click();
  }

  /** Turns to a page of the place. */
  async go(name: 'Runs' | 'Evaluate' | 'Models' | 'Jobs'): Promise<void> {
    await this.page
      .getByRole('navigation', { name: 'Pages of training' })
      .getByRole('button', { name, exact: true })
      .click();
  }

  /** Chooses a folder of pictures for a new run. */
  async choosePictures(folder: string): Promise<void> {
    await this.runs.getByRole('button', { name: 'New run' }).click();
    const [picker] = await Promise.all([
      this.page.waitForEvent('filechooser'),
      this.page.getByRole('button', { name: 'Choose the pictures…' }).click(),
    ]);
    await picker.setFiles(folder);
    // Once the pictures have been handed over.
    await this.page.getByRole('button', { name: 'Check and estimate' }).waitFor();
  }

  /** Fills fields by their labels; the advanced drawer is opened for them. */
  async fill(fields: Record<string, string>): Promise<void> {
    await this.page.getByText('Advanced', { exact: true }).click();
    for (const [label, value] of Object.entries(fields)) {
      const field = this.page.getByLabel(label, { exact: true });
      await field.fill(value);
      await field.blur();
    }
  }

  /** What state the run that is looked at is in. */
  async expectState(words: string, timeout = 120_000): Promise<void> {
    await expect(this.run.getByRole('status')).toHaveText(words, { timeout });
  }

  press(name: string): Promise<void> {
    return this.run.getByRole('button', { name, exact: true }).click();
  }
}
