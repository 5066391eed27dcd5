import { expect, type Locator, type Page } from '@playwright/test';

/** The Datasets place as a person meets it. */
export class DatasetsPage {
  readonly page: Page;
  /** The pictures; it takes the focus, and its keys label. */
  readonly grid: Locator;
  readonly place: Locator;

  constructor(page: Page) {
    this.page = page;
    this.place = page.getByRole('region', { name: 'Data sets' });
    this.grid = page.getByRole('grid', { name: 'Pictures' });
  }

  async show(): Promise<void> {
    await this.page
      .getByRole('navigation', { name: 'Places' })
      .getByRole('button', { name: 'Data sets' })
      .click();
  }

  async create(name: string): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Name of a new data set' }).fill(name);
    await this.page.getByRole('button', { name: 'New data set' }).click();
    await expect(this.page.getByRole('heading', { name, level: 1 })).toBeVisible();
  }

  /** Imports a folder through the browser's own picker. */
  async importFolder(folder: string): Promise<void> {
    await this.page.locator('section.datasets ~ input[data-picks="folder"]').setInputFiles(folder);
  }

  /** How many pictures have a plane, as the foot of the page says. */
  async expectLabelled(labelled: number, of: number): Promise<void> {
    await expect(this.place.getByText(`${labelled} of ${of} planes labelled`)).toBeVisible({
      timeout: 120_000,
    });
    await expect(this.place.getByText('Saved', { exact: true })).toBeVisible({ timeout: 120_000 });
  }

  /** Draws with the mouse from the first place through the others, and lets go. */
  async drag([first, ...others]: readonly [x: number, y: number][]): Promise<void> {
    await this.page.mouse.move(...first!);
    await this.page.mouse.down();
    for (const place of others) await this.page.mouse.move(...place, { steps: 8 });
    await this.page.mouse.up();
  }

  /** Where a picture is on the screen. */
  async boxOf(index: number): Promise<{ x: number; y: number; width: number; height: number }> {
    return (await this.grid.locator(`[data-index="${index}"]`).boundingBox())!;
  }

  /** How many pictures a line has. */
  async columns(): Promise<number> {
    return Number(await this.grid.getAttribute('aria-colcount'));
  }

  /** Places of the selected pictures among those that are drawn. */
  async selected(): Promise<number[]> {
    const tiles = await this.grid.locator('[data-index][aria-selected="true"]').all();
    return Promise.all(tiles.map(async (tile) => Number(await tile.getAttribute('data-index'))));
  }

  /** The plane that stands below a picture. */
  planeOf(index: number): Promise<string | null> {
    return this.grid.locator(`[data-index="${index}"]`).getAttribute('data-plane');
  }
}
