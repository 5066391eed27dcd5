import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Download, Page } from '@playwright/test';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { inventHead } from '../fixtures/inventHead.ts';
import { writeDicom } from '../fixtures/writeDicom.ts';
import { expect, test } from './workstation.ts';

const side = 160;

/** Two studies of one invented patient, two slices each, as files. */
async function writeTwoStudies(folder: string): Promise<string[]> {
  const studies = [
    { seriesDescription: 'T1 first', studyDate: '20250314' },
    { seriesDescription: 'T1 control', studyDate: '20260102' },
  ];
  const files = studies.flatMap((study, index) =>
    [1, 2].map(async (instanceNumber) => {
      const file = join(folder, `${index}-${instanceNumber}.dcm`);
      const samples = Uint16Array.from(inventHead(10 * index + instanceNumber, side), (grey) => 8 * grey);
      const of = { patientName: 'Walk^Wanda', patientId: 'W-1', instanceNumber, rows: side, columns: side };
      await writeFile(file, writeDicom({ ...of, ...study, samples }));
      return file;
    }),
  );
  return Promise.all(files);
}

async function save(page: Page, press: () => Promise<void>, file: string): Promise<string> {
  const download: Promise<Download> = page.waitForEvent('download');
  await press();
  await (await download).saveAs(file);
  return file;
}

async function openSettings(page: Page): Promise<void> {
  const places = page.getByRole('navigation', { name: 'Places' });
  await places.getByRole('button', { name: 'Settings' }).click();
}

test('from the files to the archive: answer, blinded reading, report, search, comparison, trash, backup', async ({
  read,
  cases,
  page,
  workstation,
  dataFolder,
  scratchFolder,
}) => {
  test.setTimeout(180_000);
  const files = await writeTwoStudies(scratchFolder);

  await test.step('the series is opened and read blinded, then the answer shows', async () => {
    await read.openFiles(files);
    await expect(read.seriesList.getByRole('option')).toHaveCount(2);
    await read.expectAnswered(1, 2);
    await page.getByRole('button', { name: 'Blinded' }).click();
    await page.getByRole('application').focus();
    await read.press('ArrowDown');
    await expect(read.position).toHaveText('Slice 2 of 2');
    await read.press('q');
    await page.getByRole('radio', { name: 'Glioma' }).check();
    await page.getByRole('textbox', { name: 'Remarks' }).fill('Left temporal.');
    const save = page.getByRole('button', { name: /^Save/ });
    await save.click();
    await expect(read.standingReading).toContainText('Glioma');
  });

  await test.step('the other study is answered too', async () => {
    await page.getByRole('button', { name: 'Blinded' }).click();
    await read.seriesList.getByRole('option').nth(1).click();
    await page.getByRole('application').focus();
    await read.press('a');
    await expect(page.getByText('All 2 analysed')).toBeVisible();
  });

  await test.step('the report is one page, says what was read, and does not name the patient', async () => {
    await cases.show();
    await cases.row('Wanda').click();
    const file = await save(
      page,
      async () => {
        await cases.details.getByRole('button', { name: 'Report' }).click();
        await page.getByRole('dialog', { name: 'Report' }).getByRole('button', { name: 'PDF' }).click();
      },
      join(scratchFolder, 'report.pdf'),
    );
    const pdf = await getDocument({ data: new Uint8Array(await readFile(file)), verbosity: 0 }).promise;
    expect(pdf.numPages).toBe(1);
    const { items } = await (await pdf.getPage(1)).getTextContent();
    const text = items.map((item) => ('str' in item ? item.str : '')).join(' ');
    expect(text).toContain('Glioma');
    expect(text).toMatch(/not a diagnosis/i);
    expect(text).not.toMatch(/Wanda|W-1/);
    await pdf.loadingTask.destroy();
  });

  await test.step('after a restart the case is found by a word of it, and its studies are compared', async () => {
    await workstation.restart();
    await cases.show();
    await cases.search.fill('wanda');
    await expect(cases.rows()).toHaveCount(1);
    // The answer to the search may still be on its way, and starts the list anew.
    await expect(async () => {
      await cases.row('Wanda').click();
      await expect(cases.details).toContainText('14 Mar 2025', { timeout: 2000 });
    }).toPass();
    await page.getByRole('button', { name: 'Compare the two ticked studies' }).click();
    const comparison = page.getByRole('region', { name: 'Comparison of two studies' });
    await expect(comparison.getByRole('status').first()).toHaveText(/of 2 pairs/);
    await page.keyboard.press('Escape');
  });

  await test.step('it is deleted, and brought back', async () => {
    await cases.row('Wanda').click();
    await cases.list.focus();
    await page.keyboard.press('Delete');
    await expect(cases.rows()).toHaveCount(0);
    await page.keyboard.press('Control+z');
    await expect(cases.row('Wanda')).toBeVisible();
  });

  await test.step('a backup brings everything into an empty store', async () => {
    await openSettings(page);
    const file = await save(
      page,
      () => page.getByRole('button', { name: 'Back up…' }).click(),
      join(scratchFolder, 'store.backup'),
    );
    await workstation.restart(join(dataFolder, 'elsewhere'));
    await cases.show();
    await expect(page.getByText('No cases yet')).toBeVisible();
    await openSettings(page);
    const dialog = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Restore from a backup…' }).click();
    await (await dialog).setFiles(file);
    await page.getByRole('button', { name: 'Restore', exact: true }).click();
    // Four slices, each answered by the combined and by its plane's model.
    await expect(page.getByText('Restored: 1 case with 8 analyses')).toBeVisible();
    await page.keyboard.press('Escape');
    await cases.show();
    await cases.row('Wanda').click();
    await page.keyboard.press('Enter');
    await expect(read.seriesList.getByRole('option')).toHaveCount(2);
  });
});
