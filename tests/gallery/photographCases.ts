import type { CasesPage } from '../screens/pages/CasesPage.ts';
import { expect } from '../screens/workstation.ts';
import type { Photographer } from './Photographer.ts';

/** Walks through the states of Cases over a store of two invented patients, then Settings. */
export async function photographCases(photographer: Photographer, cases: CasesPage): Promise<void> {
  const { page } = photographer;
  await cases.show();
  await expect(cases.rows()).toHaveCount(2);
  await photographer.take('cases-list');
  await cases.row('Ada').click();
  await expect(cases.details).toContainText('Faint rim');
  await photographer.take('cases-details');
  await cases.details.getByRole('button', { name: 'Report' }).click();
  await photographer.take('cases-report');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Export' }).click();
  await photographer.take('cases-export');
  await page.keyboard.press('Escape');
  await cases.openFilter('Date');
  await photographer.take('cases-filter');
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Compare the two ticked studies' }).click();
  const comparison = page.getByRole('region', { name: 'Comparison of two studies' });
  await expect(comparison.getByRole('status').first()).toHaveText('1 of 4 pairs differ');
  await page.keyboard.press('n');
  await photographer.take('cases-compare');
  await page.keyboard.press('Escape');

  await cases.row('Béla').click();
  await cases.details.getByRole('button', { name: 'Analyse', exact: true }).click();
  await expect(cases.details.getByText(/^2 slices analysed again/)).toBeVisible({ timeout: 120_000 });
  await cases.details.getByRole('checkbox', { name: 'Also slices that kept their class' }).check();
  await photographer.take('cases-reanalysis');

  await cases.turnTo('Statistics');
  await expect(page.getByRole('list', { name: 'Slices by their newest answer' })).toBeVisible();
  await photographer.take('cases-statistics');
  await cases.turnTo('All cases');
  await cases.search.fill('nobody');
  await expect(page.getByText('No case matches')).toBeVisible();
  await photographer.take('cases-no-match');
  await cases.search.fill('');
  await expect(cases.rows()).toHaveCount(2);
  await cases.row('Ada').click();
  await cases.list.focus();
  await page.keyboard.press('Delete');
  await expect(page.getByText('1 case moved to the trash')).toBeVisible();
  await photographer.take('cases-undo');
  await cases.turnTo('Trash');
  await cases.row('Ada').click();
  await photographer.take('cases-trash');
  await page.getByRole('button', { name: 'Erase for good…' }).click();
  await expect(page.getByRole('dialog', { name: 'Erase 1 case for good?' })).toBeVisible();
  await photographer.take('cases-erase');
  await page.keyboard.press('Escape');

  const places = page.getByRole('navigation', { name: 'Places' });
  await places.getByRole('button', { name: 'Settings' }).click();
  await expect(page.getByRole('dialog', { name: 'Settings' })).toBeVisible();
  await photographer.take('settings');
  await page.keyboard.press('Escape');
}
