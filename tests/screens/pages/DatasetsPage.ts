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

  /** The plane that stands below a picture. */
  planeOf(index: number): Promise<string | null> {
    return this.grid.locator(`[data-index="${index}"]`).getAttribute('data-plane');
  }
}
