import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openEmbedded } from '../../src-main/jobs/openEmbedded.ts';
import { trainingChunkPrefix, trainingSet, type JobsOverview } from '../../src-shared/domain/jobs.ts';
import { entry } from '../flows/commandLine.ts';
import { writeInventedPictures } from '../fixtures/writeInventedPictures.ts';
import { expectAccessible } from './expectAccessible.ts';
import { TrainingPage } from './pages/TrainingPage.ts';
import { expect, test } from './workstation.ts';

// Long walks; the page may have to be built first.
test.describe.configure({ timeout: 240_000 });

function bratum(dataFolder: string, ...words: string[]): unknown {
  const { stdout } = spawnSync(process.execPath, [entry, ...words, '--json'], {
    encoding: 'utf8',
    env: { ...process.env, BRATUM_DATA: dataFolder },
  });
  return JSON.parse(stdout);
}

test('the page of jobs counts as the command line does, and says what was given up and why', async ({
  page,
  workstation: _,
  dataFolder,
  scratchFolder,
}) => {
  const training = new TrainingPage(page);
  await training.show();
  await training.go('Jobs');
  await expect(page.getByText(/No large batch was handed in on this machine/)).toBeVisible();
  await expectAccessible(page);

  const pictures = join(scratchFolder, 'pictures');
  await mkdir(pictures);
  await writeInventedPictures(pictures, 3);
  await writeFile(join(pictures, 'broken.png'), Buffer.from('89504e470d0a1a0a00', 'hex'));
  // Exit code 2 of submit: one picture is broken.
  bratum(dataFolder, 'submit', pictures, '--provider', 'cpu');
  const { submissions } = bratum(dataFolder, 'jobs') as {
    submissions: { slices: number; answered: number; dead: number }[];
  };
  expect(submissions).toMatchObject([{ slices: 3, answered: 3, dead: 1 }]);
  await expect(page.getByText('3 of 3 slices answered, 1 given up')).toBeVisible();
  await expect(page.getByText('Nothing waits')).toBeVisible();
  await expect(
    page.getByRole('region', { name: 'Given up' }).getByText('broken.png', { exact: true }),
  ).toBeVisible();
  await expectAccessible(page);
});

test('a cross-validation has means over the folds that are trained, the same on the page and on the command line', async ({
  page,
  workstation: _,
  dataFolder,
}) => {
  await submitFolds(dataFolder, [0.9, 0.94, 0.98]);
  const { foldMeans } = bratum(dataFolder, 'jobs') as Pick<JobsOverview, 'foldMeans'>;
  expect(foldMeans).toMatchObject([{ name: 'seed-7', folds: { trained: 3, all: 5 } }]);
  const { testAccuracy, bestEpoch } = foldMeans[0]!;
  expect(testAccuracy!.mean).toBeCloseTo(0.94, 9);
  expect(testAccuracy!.standardDeviation).toBeCloseTo(0.04, 9);
  expect(bestEpoch).toEqual({ mean: 6, standardDeviation: 1 });

  const training = new TrainingPage(page);
  await training.show();
  await training.go('Jobs');
  await expect(page.getByText('0 runs at work, 2 waiting')).toBeVisible();
  const table = page.getByRole('region', { name: 'Means over folds' });
  await expect(table.getByRole('row').nth(1)).toHaveText(
    /seed-7\s*3 of 5 folds\s*6\.0 ± 1\.0\s*95\.0% ± 4\.0%\s*94\.0% ± 4\.0%/,
  );
  await expectAccessible(page);
});

/** Hands in five folds of a cross-validation, and keeps figures for the first of them as a worker would. */
async function submitFolds(dataFolder: string, testAccuracies: readonly number[]): Promise<void> {
  const { store, close } = await openEmbedded(dataFolder);
  const wish = { model: 'training', modelSet: trainingSet, provider: 'cpu', priority: 0 };
  await store.openSubmission('folds', wish);
  for (let fold = 1; fold <= 5; fold++) {
    const chunk = `${trainingChunkPrefix}${fold}`;
    const path = `/runs/fold-${fold}-seed-7-0123abc${fold}`;
    await store.addChunk('folds', chunk, wish, [{ path, frame: null, fileHash: chunk, contentKey: chunk }]);
    const testAccuracy = testAccuracies[fold - 1];
    const claimed = testAccuracy === undefined ? null : await store.claim(chunk, 'worker', false);
    if (claimed === null || testAccuracy === undefined) continue;
    const answer = {
      ...{ fold, seed: 7, recipe: {}, epochs: 8, bestEpoch: 4 + fold, validationLoss: 0.2, testLoss: 0.3 },
      ...{ validationAccuracy: testAccuracy + 0.01, testAccuracy, modelFingerprint: chunk },
    };
    await store.settle(claimed, [{ contentKey: chunk, outcome: { ok: true, answer } }]);
  }
  await store.completeSubmission('folds');
  await close();
}
