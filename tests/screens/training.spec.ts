import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Analysis } from '../../src-shared/domain/analysis.ts';
import type { EpochRecord, RunDocument } from '../../src-shared/domain/trainingRun.ts';
import { tumourClasses } from '../../src-shared/domain/tumourClass.ts';
import type { Evaluation } from '../../src-shared/statistics/evaluatePredictions.ts';
import { percentInterval } from '../../src-shared/statistics/figureTexts.ts';
import { writeInventedDataset } from '../fixtures/writeInventedDataset.ts';
import { TrainingPage } from './pages/TrainingPage.ts';
import { runBratum } from './runBratum.ts';
import { expectAccessible } from './expectAccessible.ts';
import { expect, test } from './workstation.ts';

/** A network that takes a step in some hundredths of a second. */
const small = {
  'Input size (pixels)': '32',
  'Width of the network': '0.25',
  Batch: '8',
  Threads: '1',
};

/** The folder of the only run. */
async function runFolder(dataFolder: string): Promise<string> {
  const [run] = await readdir(join(dataFolder, 'runs'));
  return join(dataFolder, 'runs', run!);
}

// Also where other programs share the machine.
test.describe.configure({ timeout: 900_000 });

test('a training is launched, watched, paused, killed, resumed, judged, and its model put to use', async ({
  workstation,
  page,
  read,
  dataFolder,
  scratchFolder,
}) => {
  const pictures = join(scratchFolder, 'heads');
  await writeInventedDataset(pictures, 12);
  // Colours in transition have any contrast.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const training = new TrainingPage(page);
  await training.show();
  await expect(page.getByText('Nothing was trained here yet')).toBeVisible();
  await expectAccessible(page);

  await training.choosePictures(pictures);
  await page.getByLabel('Starts from').selectOption('Random weights');
  await page.getByLabel('Epochs', { exact: true }).fill('60');
  await training.fill(small);
  await page.getByRole('button', { name: 'Check and estimate' }).click();
  await expect(training.summary).toContainText('trains on 33 pictures', { timeout: 120_000 });
  await expect(training.summary).toContainText('Few pictures of Glioma');
  await expect(training.summary).toContainText(/Expected time\s*about \d+/, { timeout: 120_000 });
  await expect(training.summary).toContainText(/Labels from\s*labels\.csv/);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Launch', exact: true }).click();

  await training.expectState('Training');
  await expect(training.run.getByRole('img', { name: /^Loss by epoch\. Training: \d/ })).toBeVisible({
    timeout: 120_000,
  });
  await training.press('Pause');
  await training.expectState('Paused');
  await expectAccessible(page);
  await training.press('Resume');
  await training.expectState('Training');

  const folder = await runFolder(dataFolder);
  const pid = Number(await readFile(join(folder, 'lock'), 'utf8'));
  process.kill(pid, 'SIGKILL');
  await training.expectState('Interrupted');
  await expect(training.run.getByRole('alert')).toContainText('The training process ended unexpectedly');
  await training.press('Resume');
  await training.expectState('Training');
  await training.press('Stop and keep the best');
  await training.expectState('Finished', 120_000);
  await expect(page.getByText(/^Training finished: heads$/)).toBeVisible();

  const { epochs } = JSON.parse(await readFile(join(folder, 'history.json'), 'utf8')) as {
    epochs: EpochRecord[];
  };
  const best = epochs.reduce((a, b) => (b.validationLoss < a.validationLoss ? b : a));
  await expect(training.run).toContainText(`Best so far: epoch ${best.epoch}`);
  await expect(training.run).toContainText(
    `loss ${best.validationLoss.toFixed(4)}, accuracy ${best.validationAccuracy.toFixed(4)}`,
  );
  await training.run.getByRole('button', { name: 'Show pictures as augmented' }).click();
  await expect(training.run.getByRole('img', { name: /^Augmented picture/ })).toHaveCount(8);
  const matrix = training.run.getByRole('table', { name: /^Confusion on the validation part/ });
  await expect(matrix.getByRole('cell')).toHaveText(epochs.at(-1)!.confusion.flat().map(String));
  await expectAccessible(page);

  await judge();
  await putToUse();
  await classify();

  await training.show();
  await training.go('Runs');
  await training.press('Copy settings');
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('heads again');
  await expect(page.getByLabel('Input size (pixels)')).toHaveValue('32');

  /** The figures of its own test part are those that the command line prints; a cell opens its pictures. */
  async function judge() {
    await training.press('Evaluate');
    await expect(page.getByRole('heading', { name: 'Confusion' })).toBeVisible({ timeout: 120_000 });
    const run = JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')) as RunDocument;
    const words = ['--model', join(folder, 'best'), '--dataset', run.dataset.folder];
    const part = ['--split-file', join(folder, 'split.json'), '--part', 'test', '--beside-validation'];
    const printed = (await runBratum('evaluate', ...words, ...part, '--json')) as Evaluation;
    expect(printed.n).toBe(run.parts.test);
    const { accuracy } = printed.groupedIntervals;
    await expect(page.getByText(`by groups ${percentInterval(accuracy)}`).first()).toBeVisible();
    const cells = page.getByRole('table', { name: /^Rows: what the slice is/ }).getByRole('cell');
    await expect(cells).toHaveText(printed.confusion.flat().map((count) => new RegExp(`(^|: )${count} `)));
    const counted = printed.confusion.flat().filter((count) => count > 0);
    await cells.getByRole('button').first().click();
    const gallery = page.getByRole('region', { name: 'Slices' });
    await expect(gallery.getByRole('listitem')).toHaveCount(counted[0]!);
    await expect(gallery.locator('canvas').first()).toHaveAttribute('width', '224');
    await expect.poll(() => workstation.calls).toContain('explainEvaluatedSlice');
    await expectAccessible(page);
  }

  async function putToUse() {
    await training.go('Runs');
    await training.press('Register…');
    await expect(page.getByLabel('Finished run')).toHaveValue(/./);
    await page.getByRole('button', { name: 'Register the run' }).click();
    await expect(page.getByText('“heads” passed its checks and is at hand as heads.')).toBeVisible({
      timeout: 60_000,
    });
    // The card has the curves of its run.
    const curves = page.getByRole('region', { name: 'Training curves' });
    await expect(curves).toContainText(`epoch ${best.epoch} of ${epochs.length}: validation loss`);
    await expect(curves.getByRole('img', { name: /^Loss by epoch\. Training: \d/ })).toBeVisible();
    await curves.getByText('The numbers').first().click();
    const losses = curves.getByRole('table', { name: 'Loss by epoch' }).getByRole('cell');
    await expect(losses).toHaveText(
      epochs
        .toReversed()
        .flatMap(({ trainLoss, validationLoss }) => [trainLoss.toFixed(4), validationLoss.toFixed(4)]),
    );
    for (const pictures of [
      'Axial pictures',
      'Sagittal pictures',
      'Coronal pictures',
      'Pictures of no certain plane',
    ]) {
      const slot = page.getByRole('combobox', { name: `Model for: ${pictures}` });
      await slot.selectOption('heads');
      await expect(page.getByRole('button', { name: `Roll back: ${pictures}` })).toBeVisible();
    }
    await expectAccessible(page);
  }

  async function classify() {
    await page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: 'Read' }).click();
    const picture = join(pictures, 'glioma_tumor', '0.png');
    await read.openFiles(picture);
    await read.expectAnswered(1, 1);
    const model = join(dataFolder, 'models', 'heads');
    const printed = (await runBratum('classify', picture, '--model', model, '--json')) as {
      results: Pick<Analysis, 'probabilities'>[];
    };
    const { probabilities } = printed.results[0]!;
    const shown = await read.percentages();
    expect(shown).toEqual(tumourClasses.map((name) => Number((100 * probabilities[name]).toFixed(1))));
  }
});
