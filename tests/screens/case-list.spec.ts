import { readFile } from 'node:fs/promises';
import type { Download } from '@playwright/test';
import { comparedPatient, inventCases, otherPatient } from './inventedCases.ts';
import { expect, remembering, test } from './workstation.ts';

async function readDownload(download: Download): Promise<string> {
  return readFile(await download.path(), 'utf8');
}

const manyPatients = Array.from({ length: 240 }, (_, index) => ({
  name: `Number, N${String(index).padStart(3, '0')}`,
  studies: [{ date: '20260101', answers: ['no_tumor' as const] }],
}));

test.describe('with two invented patients', () => {
  test.use(remembering((dataFolder) => inventCases(dataFolder, [comparedPatient, otherPatient])));

  test.beforeEach(async ({ cases }) => {
    await cases.show();
    await expect(cases.rows()).toHaveCount(2);
  });

  test('a case is found, compared, deleted, brought back, and erased', async ({ cases, page }) => {
    await cases.search.fill('Ada');
    await expect(cases.rows()).toHaveCount(1);
    await cases.row('Ada').click();
    await expect(cases.details).toContainText('14 Mar 2025');
    await expect(cases.details).toContainText('Faint rim');

    await page.getByRole('button', { name: 'Compare the two ticked studies' }).click();
    const comparison = page.getByRole('region', { name: 'Comparison of two studies' });
    await expect(comparison.getByRole('status').first()).toHaveText('1 of 4 pairs differ');
    await page.keyboard.press('n');
    await expect(comparison.getByRole('option', { selected: true })).toHaveAccessibleName(
      'Pair 3: No tumour, Glioma',
    );
    await expect(comparison.getByRole('row', { name: /Glioma/ }).last()).toContainText('+60.0');
    await page.keyboard.press('Escape');

    await cases.list.focus();
    await page.keyboard.press('Delete');
    await expect(page.getByText('No case matches')).toBeVisible();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(cases.row('Ada')).toBeVisible();

    await cases.row('Ada').click();
    await page.keyboard.press('Delete');
    await page.keyboard.press('Control+z');
    await expect(cases.row('Ada')).toBeVisible();

    await cases.row('Ada').click();
    await page.keyboard.press('Delete');
    await page.getByRole('button', { name: 'Show all' }).click();
    await expect(cases.rows()).toHaveCount(1);
    await cases.turnTo('Trash');
    await cases.row('Ada').click();
    await page.getByRole('button', { name: 'Erase for good…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Erase 1 case for good?' });
    await expect(dialog.getByRole('button', { name: 'Erase for good' })).toBeDisabled();
    await page.keyboard.type('erase 1');
    await page.keyboard.press('Enter');
    await expect(page.getByText('1 case erased for good')).toBeVisible();
    await expect(page.getByText('The trash is empty')).toBeVisible();
    await cases.turnTo('All cases');
    await expect(cases.rows()).toHaveCount(1);
  });

  test('the filter narrows, says so, is remembered, and can be cleared', async ({
    cases,
    page,
    workstation,
  }) => {
    const written = () => workstation.calls.filter((call) => call === 'writeSettings').length;
    const answers = await cases.openFilter('Answer');
    const before = written();
    await answers.getByRole('checkbox', { name: 'Meningioma' }).check();
    await expect(cases.rows()).toHaveCount(1);
    await expect(cases.row('Béla')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(cases.filter.getByRole('button', { name: 'Answer: Meningioma' })).toBeVisible();

    // Remembered a moment after the change.
    await expect.poll(written).toBeGreaterThan(before);
    await workstation.restart();
    await cases.show();
    await expect(cases.rows()).toHaveCount(1);
    await cases.filter.getByRole('button', { name: 'Clear filters' }).click();
    await expect(cases.rows()).toHaveCount(2);

    const readings = await cases.openFilter('Reading');
    await readings.getByRole('radio', { name: 'Disagrees with the model' }).check();
    await expect(cases.rows()).toHaveCount(1);
    await expect(cases.row('Ada')).toContainText('Glioma');
    await page.keyboard.press('Escape');
    await cases.filter.getByRole('button', { name: 'Clear Reading' }).click();
    await expect(cases.rows()).toHaveCount(2);
  });

  test('columns sort both ways', async ({ cases, page }) => {
    const patient = page.getByRole('columnheader', { name: 'Patient' });
    await patient.getByRole('button').click();
    await expect(patient).toHaveAttribute('aria-sort', 'ascending');
    await expect(cases.rows().first()).toContainText('Ada');
    await patient.getByRole('button').click();
    await expect(patient).toHaveAttribute('aria-sort', 'descending');
    await expect(cases.rows().first()).toContainText('Béla');
  });

  test('a case is analysed again, and what changed is told', async ({ cases }) => {
    await cases.row('Ada').click();
    await expect(cases.details).toContainText('Faint rim');
    // At once: the details of the other case, of eight slices, are still there and must not take the press.
    await cases.row('Béla').click();
    await cases.details.getByRole('button', { name: 'Analyse', exact: true }).click();
    await expect(cases.details.getByText(/^2 slices analysed again/)).toBeVisible({ timeout: 60_000 });
    await cases.details.getByRole('checkbox', { name: 'Also slices that kept their class' }).check();
    await expect(cases.details.getByRole('list', { name: 'What changed' }).getByRole('listitem')).toHaveCount(
      2,
    );
  });

  test('the statistics count, and compare readers with models', async ({ cases, page }) => {
    await cases.turnTo('Statistics');
    await expect(page.getByRole('list', { name: 'Slices by their newest answer' })).toContainText('8');
    await expect(page.getByText('0 of 1 slice', { exact: false })).toBeVisible();
    await page.getByText('The numbers').click();
    await expect(page.getByRole('row', { name: /week of/ }).first()).toContainText('2');
    await page.getByRole('checkbox', { name: 'Blinded readings only' }).check();
    await expect(page.getByText(/No reading can be compared yet/)).toBeVisible();
  });

  test('a report is one page that names nobody', async ({ cases, page }) => {
    await cases.row('Ada').click();
    await cases.details.getByRole('button', { name: 'Report' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('dialog', { name: 'Report' }).getByRole('button', { name: 'HTML' }).click();
    // Three letters are found in any large picture.
    const report = (await readDownload(await download)).replace(/base64,[^"]+/g, '');
    expect(report).toContain('Not a diagnosis');
    expect(report).not.toContain('Ada');
    await cases.details.getByRole('button', { name: 'Report' }).click();
    const printed = page.waitForEvent('download');
    await page.getByRole('dialog', { name: 'Report' }).getByRole('button', { name: 'PDF' }).click();
    expect((await readDownload(await printed)).startsWith('%PDF-')).toBe(true);
  });

  test('a table of the cases leaves masked', async ({ cases, page }) => {
    await page.getByRole('button', { name: 'Export' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('dialog', { name: 'Export' }).getByRole('button', { name: 'CSV' }).click();
    const table = await readDownload(await download);
    expect(table.trim().split('\n')).toHaveLength(3);
    expect(table).not.toContain('Ada');
    await expect(cases.page.getByText(/is ready$/)).toBeVisible();
  });
});

test.describe('with 240 invented patients', () => {
  test.use(remembering((dataFolder) => inventCases(dataFolder, manyPatients, 24)));

  test('240 cases are walked and selected by the keyboard alone', async ({ cases, page }) => {
    await cases.show();
    await cases.expectCount('240 cases');
    await page.getByRole('columnheader', { name: 'Patient' }).getByRole('button').click();
    await expect(cases.rows().first()).toContainText('N000');
    await page.keyboard.press('Control+k');
    await page.keyboard.press('ArrowDown');
    await expect(cases.row('N000')).toHaveAttribute('aria-selected', 'true');

    await page.keyboard.press('End');
    await expect(cases.row('N239')).toHaveAttribute('aria-selected', 'true');
    await cases.expectCount('1 of 240 cases selected');
    await page.keyboard.press('Shift+Home');
    await cases.expectCount('240 of 240 cases selected');
    await page.keyboard.type('n137');
    await expect(cases.row('N137')).toHaveAttribute('aria-selected', 'true');
    await cases.expectCount('1 of 240 cases selected');
    await page.keyboard.press('Shift+PageDown');
    await expect(cases.toolbar.getByRole('status')).toHaveText(/^([2-9]|\d\d) of 240 cases selected$/);
    await page.keyboard.press('Control+ArrowDown');
    await page.keyboard.press('Control+ArrowDown');
    await page.keyboard.press('Space');
    await page.keyboard.press('Escape');
    await cases.expectCount('240 cases');

    // The current line is scrolled out of sight: nothing that is not drawn is named as active.
    await expect(cases.list).toHaveAttribute('aria-activedescendant', /^case-line-/);
    await cases.rows().first().hover();
    await page.mouse.wheel(0, -100_000);
    await expect(cases.row('N000')).toBeVisible();
    await expect(cases.list).not.toHaveAttribute('aria-activedescendant');
    await page.keyboard.press('Control+a');
    await cases.expectCount('240 of 240 cases selected');
    await page.keyboard.press('Delete');
    await expect(page.getByText('240 cases moved to the trash')).toBeVisible();
    await expect(page.getByText('No cases yet')).toBeVisible();
    await page.keyboard.press('Control+z');
    await cases.expectCount('240 cases');
  });
});
