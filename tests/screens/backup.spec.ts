import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Download, Page } from '@playwright/test';
import { comparedPatient, inventCases, otherPatient } from './inventedCases.ts';
import { expect, remembering, test } from './workstation.ts';

/** Makes a backup by the sheet of settings and keeps the file. */
async function backUp(page: Page, path: string): Promise<void> {
  await page.getByRole('button', { name: 'Settings' }).click();
  const download: Promise<Download> = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Back up…' }).click();
  await (await download).saveAs(path);
  await expect(page.getByText(/ holds 2 cases with 10 analyses$/)).toBeVisible();
  await page.keyboard.press('Escape');
}

/** Chooses a backup in the sheet of settings. */
async function chooseBackup(page: Page, path: string): Promise<void> {
  await page.getByRole('button', { name: 'Settings' }).click();
  const dialog = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Restore from a backup…' }).click();
  await (await dialog).setFiles(path);
  await expect(page.getByText(/2 cases with 10 analyses, made/)).toBeVisible();
}

test.use(remembering((dataFolder) => inventCases(dataFolder, [comparedPatient, otherPatient])));

test('a backup fills an empty workstation, and replaces cases only when told to', async ({
  workstation,
  dataFolder,
  scratchFolder,
  cases,
  page,
}) => {
  const file = join(scratchFolder, 'backup.zip');
  await backUp(page, file);

  await workstation.stop();
  await rm(dataFolder, { recursive: true });
  await workstation.start();
  await cases.show();
  await expect(page.getByText('No cases yet')).toBeVisible();
  await chooseBackup(page, file);
  await page.getByRole('button', { name: 'Restore', exact: true }).click();
  await expect(page.getByText('Restored: 2 cases with 10 analyses')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(cases.rows()).toHaveCount(2);

  await cases.row('Béla').click();
  await page.keyboard.press('Delete');
  await expect(cases.rows()).toHaveCount(1);
  await chooseBackup(page, file);
  await page.getByRole('button', { name: 'Restore', exact: true }).click();
  await page.getByRole('button', { name: 'Replace the cases here' }).click();
  await expect(page.getByText('Restored: 2 cases with 10 analyses')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(cases.rows()).toHaveCount(2);
  await cases.row('Ada').click();
  await expect(cases.details).toContainText('Faint rim');
});
