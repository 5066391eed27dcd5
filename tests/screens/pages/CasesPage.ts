import type { Locator, Page } from '@playwright/test';

/** The Cases place as a person meets it. */
export class CasesPage {
  readonly page: Page;
  readonly search: Locator;
  /** The table takes the focus; its keys walk the rows. */
  readonly list: Locator;

  constructor(page: Page) {
    this.page = page;
    this.search = page.getByRole('searchbox', { name: 'Search cases' });
    this.list = page.getByRole('grid', { name: /^Cases/ });
  }

  async show(): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: 'Cases' }).click();
  }

  /** The lines of the list, as many as are drawn. */
  rows(): Locator {
    return this.list.getByRole('rowgroup', { name: /^Cases/ }).getByRole('row');
  }
}
