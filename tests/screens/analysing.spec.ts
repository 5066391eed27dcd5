import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drawHead } from '../fixtures/drawHead.ts';
import { writeDicom } from '../fixtures/writeDicom.ts';
import { brainFolder } from './brainSeries.ts';
import { expect, test } from './workstation.ts';

/** Generated slices, each another picture, so that none is recalled from the store. */
async function writeSeries(folder: string, count: number): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (let instanceNumber = 1; instanceNumber <= count; instanceNumber++) {
    const picture = { rows: 96, columns: 96, samples: drawHead(96, 96, instanceNumber) };
    const words = { patientName: 'GENERATED^LONG', seriesDescription: 'LONG' };
    await writeFile(
      join(folder, `${instanceNumber}.dcm`),
      writeDicom({ ...picture, ...words, instanceNumber }),
    );
  }
  return folder;
}

test('a whole series is analysed, slice by slice', async ({ read, page }) => {
  await read.openFolder(brainFolder);
  await read.expectAnswered(10, 20);
  await page.getByRole('button', { name: 'Analyse series' }).click();
  await expect(page.getByText('All 20 analysed')).toBeVisible();
  await expect(read.answeredSlices()).toHaveCount(20);
});

test('a long analysis is cancelled by Escape, and what was finished is kept', async ({
  read,
  page,
  scratchFolder,
}) => {
  const count = 200;
  await read.openFolder(await writeSeries(join(scratchFolder, 'long'), count));
  await read.expectAnswered(count / 2, count);
  // The series is analysed from its first slice on, and the strip draws what is near.
  await read.press('Home');
  await read.expectAnswered(1, count);
  await page.getByRole('button', { name: 'Analyse series' }).click();
  await expect(page.getByRole('progressbar')).toBeVisible();
  await expect(read.answeredSlices().nth(3)).toBeVisible();
  await read.press('Escape');
  await expect(page.getByRole('button', { name: 'Analyse series' })).toBeVisible();
  await read.press('End');
  await read.expectAnswered(count, count);
  await read.press('ArrowUp', 'ArrowUp', 'ArrowUp');
  await expect(read.position).toHaveText(`Slice ${count - 3} of ${count}`);
});

test('the numbers come without moving anything', async ({ read, page }) => {
  await page.addInitScript(() => {
    const shifts: number[] = [];
    Object.assign(window, { layoutShifts: shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push((entry as unknown as { value: number }).value);
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await page.reload();
  await read.openFolder(brainFolder);
  await expect(read.position).toHaveText('Slice 10 of 20');
  const boxesBefore = await boxes();
  await read.expectAnswered(10, 20);
  await page.waitForTimeout(500);
  // What comes with the answer may be new; what was there stays where it was.
  expect(await boxes()).toMatchObject(boxesBefore);
  await read.press('ArrowDown');
  await read.expectAnswered(11, 20);
  const shifts = await page.evaluate(() => (window as unknown as { layoutShifts: number[] }).layoutShifts);
  expect(Math.max(0, ...shifts)).toBeLessThan(0.01);

  /** Where each named part of the screen lies, in whole pixels. */
  async function boxes(): Promise<Record<string, string>> {
    const parts = page.locator(
      'main, aside, [role=toolbar], [role=listbox], [role=application], ul[aria-label], h2, dt',
    );
    return parts.evaluateAll((elements) =>
      Object.fromEntries(
        elements.map((element) => {
          const { x, y } = element.getBoundingClientRect();
          const name =
            element.getAttribute('aria-label') ?? (element.children.length === 0 ? element.textContent : '');
          return [`${element.tagName} ${name}`, `${Math.round(x)}, ${Math.round(y)}`];
        }),
      ),
    );
  }
});
