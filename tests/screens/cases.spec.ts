import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drawHead } from '../fixtures/drawHead.ts';
import { writeDicom } from '../fixtures/writeDicom.ts';
import { brainFile } from './brainSeries.ts';
import { colourfulness, middleOf } from './pixels.ts';
import { runBratum } from './runBratum.ts';
import { expect, test } from './workstation.ts';

test('a case is found again after a restart, with its heatmap and without running the model', async ({
  read,
  cases,
  workstation,
  dataFolder,
  scratchFolder,
}) => {
  await mkdir(scratchFolder, { recursive: true });
  const generated = join(scratchFolder, 'other.dcm');
  const picture = { rows: 128, columns: 128, samples: drawHead(128, 128, 9) };
  const words = { patientName: 'OTHER^PATIENT', seriesDescription: 'OTHERSERIES', instanceNumber: 1 };
  await writeFile(generated, writeDicom({ ...picture, ...words }));
  await read.openFiles(brainFile(12));
  await read.expectAnswered(1, 1);
  const percentages = await read.percentages();
  await read.openFiles(generated);
  await expect(read.seriesList).toContainText('OTHERSERIES');
  await read.expectAnswered(1, 1);

  await workstation.restart();
  await cases.show();
  await expect(cases.rows()).toHaveCount(2);
  await cases.search.fill('OTHERSERIES');
  await expect(cases.rows()).toHaveCount(1);
  await cases.search.fill('');
  await expect(cases.rows()).toHaveCount(2);
  await cases.search.fill('brain_012');
  await expect(cases.rows()).toHaveCount(1);
  await cases.rows().first().dblclick();

  await read.expectAnswered(1, 1);
  expect(await read.percentages()).toEqual(percentages);
  await expect.poll(async () => colourfulness(await middleOf(read.viewport))).toBeGreaterThan(2);
  expect(workstation.calls).not.toContain('analyseSlices');

  const { cases: stored } = (await runBratum('cases', '--database', dataFolder, '--json')) as {
    cases: { analyses: number }[];
  };
  // The plane's model and the combined one, each once.
  expect(stored.map(({ analyses }) => analyses)).toEqual([2, 2]);
});

test('opening the same file again finds its answer in the store', async ({
  read,
  workstation,
  dataFolder,
}) => {
  await read.openFiles(brainFile(12));
  await read.expectAnswered(1, 1);
  const percentages = await read.percentages();
  await workstation.restart();
  await read.openFiles(brainFile(12));
  await read.expectAnswered(1, 1);
  expect(await read.percentages()).toEqual(percentages);
  const { cases: stored } = (await runBratum('cases', '--database', dataFolder, '--json')) as {
    cases: { slices: number; analyses: number }[];
  };
  expect(stored).toMatchObject([{ slices: 1, analyses: 2 }]);
});

test('a search without a find says so', async ({ read, cases }) => {
  await read.openFiles(brainFile(12));
  await read.expectAnswered(1, 1);
  await cases.show();
  await expect(cases.rows()).toHaveCount(1);
  await cases.search.fill('nobodyofthisname');
  await expect(cases.rows()).toHaveCount(0);
  await expect(cases.page.getByText(/no case/i)).toBeVisible();
});
