import { readFile, writeFile, mkdir, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drawHead } from '../fixtures/drawHead.ts';
import { writeDicom } from '../fixtures/writeDicom.ts';
import { brainFile } from './brainSeries.ts';
import { dropPaths } from './dropPaths.ts';
import { expect, test } from './workstation.ts';

test('a dropped folder is walked', async ({ read, page, scratchFolder }) => {
  const folder = join(scratchFolder, 'STUDY', 'SERIES');
  await mkdir(folder, { recursive: true });
  for (const number of [5, 6, 7, 8]) await copyFile(brainFile(number), join(folder, `IM${number}`));
  await dropPaths(page, [join(scratchFolder, 'STUDY')]);
  await read.expectAnswered(2, 4);
});

test('dropped files are opened', async ({ read, page }) => {
  await dropPaths(page, [brainFile(5), brainFile(6)]);
  await read.expectAnswered(1, 2);
});

test('broken files say what is wrong, and the others open', async ({ read, scratchFolder }) => {
  const truncated = join(scratchFolder, 'truncated.dcm');
  await writeFile(truncated, (await readFile(brainFile(3))).subarray(0, 20_000));
  const disguised = join(scratchFolder, 'notes.png');
  await writeFile(disguised, 'These are notes and not a picture.\n');
  await read.openFiles([truncated, disguised, brainFile(4)]);
  await read.expectAnswered(1, 1);
  await expect(read.problems.getByText(/truncated\.dcm/)).toBeVisible();
  await expect(read.problems.getByText(/notes\.png/)).toBeVisible();
});

test('only broken files: the cards stay, and another file can be opened', async ({ read, scratchFolder }) => {
  const empty = join(scratchFolder, 'empty.dcm');
  await writeFile(empty, '');
  await read.openFiles(empty);
  await expect(read.problems.getByText(/empty\.dcm is empty/)).toBeVisible();
  await read.openFiles(brainFile(4));
  await read.expectAnswered(1, 1);
  await expect(read.problems).toHaveCount(0);
});

test('a hostile patient name or description is text', async ({ read, page, scratchFolder }) => {
  const file = join(scratchFolder, 'hostile.dcm');
  // Without “=”, which parts the writing systems of a name (DICOM PS3.5 6.2.1.1).
  const patientName = '"><script>alert(1)</script>';
  const picture = { rows: 128, columns: 128, samples: drawHead(128, 128, 5) };
  const seriesDescription = '<img src=x onerror="document.title=1">';
  await writeFile(file, writeDicom({ ...picture, patientName, seriesDescription, instanceNumber: 1 }));
  const scripts = await page.locator('script').count();
  await read.openFiles(file);
  await read.expectAnswered(1, 1);
  await expect(page.getByText('onerror="document.title=1"').first()).toBeVisible();
  await expect(page.getByText('<script>alert(1)</script>').first()).toBeVisible();
  expect(await page.locator('img[src="x"]').count()).toBe(0);
  expect(await page.locator('script').count()).toBe(scripts);
  expect(await page.title()).not.toBe('1');
});

test('opening can be cancelled', async ({ read, page, scratchFolder }) => {
  const picture = { rows: 256, columns: 256, samples: drawHead(256, 256, 1) };
  const words = { patientName: 'MANY', seriesDescription: 'MANY' };
  for (let instanceNumber = 1; instanceNumber <= 600; instanceNumber++) {
    const bytes = writeDicom({ ...picture, ...words, instanceNumber });
    await writeFile(join(scratchFolder, `${instanceNumber}.dcm`), bytes);
  }
  await dropPaths(page, [scratchFolder]);
  await read.cancelButton.click();
  await expect(page.getByRole('button', { name: 'Open files…' })).toBeVisible();
  await expect(read.position).toHaveCount(0);
});
