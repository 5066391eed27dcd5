import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drawHead } from '../fixtures/drawHead.ts';
import { writeDicom } from '../fixtures/writeDicom.ts';
import { writeStudy } from '../fixtures/writeStudy.ts';
import { brainFile, brainFolder, realCt } from '../screens/brainSeries.ts';
import type { ReadPage } from '../screens/pages/ReadPage.ts';
import { expect } from '../screens/workstation.ts';
import type { Photographer } from './Photographer.ts';

/** Walks through the states of Read, from nothing to reading blinded. */
export async function photographRead(
  photographer: Photographer,
  read: ReadPage,
  scratchFolder: string,
): Promise<void> {
  const { page } = photographer;
  await expect(page.getByRole('button', { name: 'Open files…' })).toBeVisible();
  await photographer.take('read-empty');

  const broken = join(scratchFolder, 'export-0412.dcm');
  await writeFile(broken, 'this is not a picture');
  const empty = join(scratchFolder, 'scan.png');
  await writeFile(empty, '');
  await read.openFiles([broken, empty]);
  await expect(read.problems).toBeVisible();
  await photographer.take('read-problems-only');

  await photographSeries(photographer, read);
  await photographConclusions(photographer, read);

  await read.openFiles([...(await drawnHeads(scratchFolder)), broken, empty]);
  await read.expectAnswered(1, 1);
  await photographer.take('read-problems');

  await read.openFiles(realCt);
  await expect(read.answer).toContainText('Not an MR picture');
  await photographer.take('read-warnings');

  await read.openFolder(await writeStudy(scratchFolder));
  await expect(read.position).toHaveText('Slice 9 of 17');
  await read.chooseLayout('2 × 2');
  await expect(read.pane(3)).toContainText('T1 sagittal');
  await page.waitForTimeout(3000);
  await read.pane(1).getByRole('application').hover();
  await photographer.take('read-layout', { keepsMouse: true });
  await read.chooseLayout('1 × 1');
}

async function photographSeries(photographer: Photographer, read: ReadPage): Promise<void> {
  const { page } = photographer;
  await read.openFolder(brainFolder);
  await read.expectAnswered(10, 20);
  await read.press('ArrowDown', 'ArrowDown');
  await read.expectAnswered(12, 20);
  await photographer.take('read-answer');
  await read.press('u');
  await photographer.take('read-heatmap-beside');
  await read.press('u', 'a');
  await expect(page.getByText('All 20 analysed')).toBeVisible({ timeout: 120_000 });
  await photographer.take('read-series');
  await read.press('e', 'Enter', 'Escape', 'l');
  const { x, y, width, height } = (await read.viewport.boundingBox())!;
  await page.mouse.move(x + 0.35 * width, y + 0.28 * height);
  await page.mouse.down();
  await page.mouse.move(x + 0.63 * width, y + 0.25 * height, { steps: 4 });
  await page.mouse.up();
  await page.getByRole('button', { name: 'Measurements, 2 on this slice' }).click();
  await photographer.take('read-measurements');
  await read.press('Escape');
  await page.getByRole('application').focus();
  await read.press('v', '?');
  await photographer.take('read-keys');
  await read.press('Escape');
  await page.getByRole('button', { name: 'De-identify…' }).click();
  await expect(page.getByText(/^20 files of 1 patient/)).toBeVisible();
  await photographer.take('read-deidentify');
  await read.press('Escape');
}

async function photographConclusions(photographer: Photographer, read: ReadPage): Promise<void> {
  const { page } = photographer;
  await page.getByRole('application').focus();
  await read.press('y');
  await expect(read.standingReading).toContainText('version 1');
  await read.press('q');
  await photographer.take('read-reading');
  await read.openFiles([brainFile(5), brainFile(6)]);
  await read.expectAnswered(1, 2);
  await page.getByRole('button', { name: 'Blinded' }).click();
  await page.getByRole('application').focus();
  await read.press('ArrowDown');
  await expect(page.getByText('Hidden until read')).toBeVisible();
  await photographer.take('read-blinded');
  await page.getByRole('button', { name: 'Blinded' }).click();
}

/** Three patients of one slice each, one with a name that must not be taken for markup. */
async function drawnHeads(folder: string): Promise<string[]> {
  const names = ['DRAWN^FIRST', 'DRAWN^SECOND', '<b>DRAWN</b>^THIRD'];
  return Promise.all(
    names.map(async (patientName, index) => {
      const file = join(folder, `drawn-${index}.dcm`);
      const picture = { rows: 256, columns: 256, samples: drawHead(256, 256, index + 1) };
      await writeFile(
        file,
        writeDicom({ ...picture, patientName, seriesDescription: 'DRAWN', instanceNumber: 1 }),
      );
      return file;
    }),
  );
}
