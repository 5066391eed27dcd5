import { expect, type Locator, type Page } from '@playwright/test';

/** The Cases place as a person meets it. */
export class CasesPage {
  readonly page: Page;
  readonly search: Locator;
  /** The table takes the focus; its keys walk the rows. */
  readonly list: Locator;
  readonly toolbar: Locator;
  readonly filter: Locator;
  readonly details: Locator;

  constructor(page: Page) {
    this.page = page;
    this.search = page.getByRole('searchbox', { name: 'Search cases' });
    this.list = page.getByRole('grid', { name: /^Cases/ });
    this.toolbar = page.getByRole('toolbar', { name: 'Actions on cases' });
    this.filter = page.getByRole('group', { name: 'Filter', exact: true });
    this.details = page.getByRole('complementary', { name: 'Case' });
  }

  async show(): Promise<void> {
    await this.page
      .getByRole('navigation', { name: 'Places' })
      .getByRole('button', { name: 'Cases' })
      .click();
  }

  /** The lines of the list, as many as are drawn. */
  rows(): Locator {
    return this.list.getByRole('rowgroup', { name: /^Cases/ }).getByRole('row');
  }

  /** The line of a patient. */
  row(patient: string): Locator {
    return this.rows().filter({ hasText: patient });
  }

  /** Turns to “All cases”, “Trash” or “Statistics”. */
  async turnTo(words: string): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Pages of cases' }).getByText(words).click();
  }

  /** What the list says of itself: how many there are, how many are selected. */
  async expectCount(words: string): Promise<void> {
    await expect(this.toolbar.getByRole('status')).toHaveText(words);
  }

  /** Opens a menu of the filter. */
  async openFilter(name: string): Promise<Locator> {
    await this.filter.getByRole('button', { name, exact: true }).click();
    return this.page.getByRole('dialog', { name });
  }
}
