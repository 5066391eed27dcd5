import AxeBuilder from '@axe-core/playwright';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fromBufferPromise } from 'yauzl';
import { drawHead } from '../fixtures/drawHead.ts';
import { writeDicom } from '../fixtures/writeDicom.ts';
import { brainFile } from './brainSeries.ts';
import { expect, test } from './workstation.ts';

async function writeSlices(folder: string): Promise<string[]> {
  const files = [1, 2, 3].map((instanceNumber) => ({
    instanceNumber,
    file: join(folder, `miller-${instanceNumber}.dcm`),
  }));
  for (const { instanceNumber, file } of files) {
    const [rows, columns] = [64, 64];
    const samples = drawHead(rows, columns, instanceNumber);
    const about = { patientName: 'Miller^Ann', seriesDescription: 'AX T1 Mrs Miller' };
    await writeFile(file, writeDicom({ ...about, instanceNumber, rows, columns, samples }));
  }
  return files.map(({ file }) => file);
}

test('copies leave without the patient, by keyboard alone', async ({ read, page, scratchFolder }) => {
  await read.openFiles(await writeSlices(scratchFolder));
  await page.getByRole('button', { name: 'De-identify…' }).focus();
  await page.keyboard.press('Enter');
  const sheet = page.getByRole('dialog', { name: 'De-identified copies' });
  await expect(sheet.getByText('3 files of 1 patient, 1 study, 1 series')).toBeVisible();
  await expect(sheet.getByRole('row', { name: /PatientName Miller\^Ann replaced/ })).toBeVisible();
  await expect(sheet.getByRole('row', { name: /SeriesDescription .* removed/ })).toBeVisible();
  await expect(sheet.getByText(/A face can be rebuilt/)).toBeVisible();

  await sheet.getByRole('checkbox', { name: /Words of technique/ }).press('Space');
  await expect(sheet.getByRole('row', { name: /SeriesDescription .* cleaned/ })).toBeVisible();
  await sheet.getByRole('radio', { name: /Shift by/ }).press('Space');
  await expect(sheet.getByRole('row', { name: /StudyDate 20260102 shifted/ })).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).include('dialog[open]').analyze();
  expect(violations).toEqual([]);

  const waiting = page.waitForEvent('download');
  await sheet.getByRole('button', { name: 'Save copies…' }).press('Enter');
  const download = await waiting;
  expect(download.suggestedFilename()).toMatch(/^de-identified .*\.zip$/);
  await expect(sheet.getByText(/\.zip is ready/)).toBeVisible();
  const zip = await fromBufferPromise(await readFile(await download.path()));
  let files = 0;
  for await (const entry of zip.eachEntry()) {
    const bytes = await buffer(await zip.openReadStreamPromise(entry));
    expect(`${entry.fileName} ${bytes.toString('latin1')}`).not.toMatch(/miller/i);
    expect(bytes.toString('latin1')).toContain('AX T1');
    files++;
  }
  expect(files).toBe(3);

  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();
  await expect(page.getByRole('button', { name: 'De-identify…' })).toBeFocused();
});

test('one of several series, and files that are no DICOM pictures', async ({ read, page, scratchFolder }) => {
  const picture = join(scratchFolder, 'a.bmp');
  const head = Buffer.from(
    '424d4600000000000000360000002800000002000000020000000100180000000000100000',
    'hex',
  );
  await writeFile(picture, Buffer.concat([head, Buffer.alloc(70 - head.length, 90)]));
  await read.openFiles([...(await writeSlices(scratchFolder)), brainFile(4), picture]);
  await page.getByRole('button', { name: 'De-identify…' }).click();
  const sheet = page.getByRole('dialog', { name: 'De-identified copies' });
  await expect(sheet.getByText('4 files of 2 patients, 2 studies, 2 series')).toBeVisible();
  await expect(sheet.getByText('1 file left out')).toBeVisible();
  await sheet.getByRole('radio', { name: /chosen series/ }).check();
  await expect(sheet.getByText(/^(3 files of 1 patient|1 file of 1 patient|No DICOM picture)/)).toBeVisible();
});
