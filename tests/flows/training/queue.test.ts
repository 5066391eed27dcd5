import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { usualRecipe, type EpochRecord } from '../../../src-shared/domain/trainingRun.ts';
import { augmentationPresets } from '../../../src-shared/imaging/augmentation/augmentationPresets.ts';
import type { RunDetail, RunState, TrainingPlan } from '../../../src-shared/domain/trainingQueue.ts';
import { writeInventedDataset } from '../../fixtures/writeInventedDataset.ts';
import { bratum } from '../commandLine.ts';
import { OpenedWorkstation } from '../openedWorkstation.ts';
import { linesOf, smallRecipe, withoutSpeed } from './smallTraining.ts';

const usual = {
  engine: 'onnx',
  provider: 'cpu',
  threads: 1,
  recipe: {
    ...usualRecipe,
    ...smallRecipe,
    widthMultiplier: 0.25,
    seed: 1,
    augmentation: augmentationPresets.light,
  },
} as const;

let folder: string;
let dataset: string;
let workstation: OpenedWorkstation;
/** What was found out about the data set, once for each opened workstation. */
let prepared: Promise<TrainingPlan> | null;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-queue-'));
  dataset = join(folder, 'pictures');
  await writeInventedDataset(dataset, 12);
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  workstation = await OpenedWorkstation.open();
  prepared = null;
});
afterEach(() => workstation.close());

async function prepare(): Promise<TrainingPlan> {
  const [data] = workstation.addPaths(dataset);
  const { outcome } = await workstation.job('prepareTraining', {
    data: { kind: 'folder', source: data! },
    split: { protocol: 'grouped', folds: 1 },
    seed: 1,
    start: { kind: 'random' },
  });
  if (!outcome.ok) throw new Error(outcome.error.code);
  return outcome.value;
}

async function launch(epochs: number, title = 'Small'): Promise<string> {
  const { plan } = await (prepared ??= prepare());
  const recipe = { ...usual.recipe, epochs };
  const { runs } = await workstation.call('launchTraining', {
    ...usual,
    plan,
    title,
    subsets: ['combined'],
    recipe,
  });
  return runs[0]!;
}

/** Reads the run whenever something changed, until it is as wished. */
async function until(run: string, isReached: (detail: RunDetail) => boolean): Promise<RunDetail> {
  for (;;) {
    const detail = await workstation.call('readRun', { run });
    if (isReached(detail)) return detail;
    if (detail.summary.state === 'failed') throw new Error(JSON.stringify(detail.summary.failure));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const isIn =
  (...states: RunState[]) =>
  ({ summary }: RunDetail): boolean =>
    states.includes(summary.state);

test('a run of the queue has the numbers of the command line, to the last bit, also one whose process was killed', async () => {
  const run = await launch(3, 'Whole');
  const { history, summary, facts } = await until(run, isIn('finished'));
  const out = join(folder, 'by-command');
  const words = ['--dataset', dataset, '--labels', join(dataset, 'labels.csv'), '--from', 'random'];
  const recipe = join(workstation.storeFolder, 'runs', run, 'run.json');
  const { recipe: fields } = JSON.parse(await readFile(recipe, 'utf8')) as { recipe: unknown };
  const recipeFile = join(folder, 'recipe.json');
  await writeFile(recipeFile, JSON.stringify(fields));
  const { code, stdout } = await bratum([
    ...['train', ...words, '--recipe', recipeFile, '--threads', '1', '--provider', 'cpu'],
    ...['--out', out, '--json'],
  ]);
  expect(code).toBe(0);
  const lines = linesOf<{ type: string }>(stdout);
  const byCommand = JSON.parse(await readFile(join(out, 'history.json'), 'utf8')) as {
    epochs: EpochRecord[];
  };
  expect(history.map(withoutSpeed)).toEqual(byCommand.epochs.map(withoutSpeed));
  expect(lines.at(-1)).toEqual({ type: 'finished', ...summary.result });
  expect(facts?.parts).toEqual({ train: 33, validation: 11, test: 4 });

  const killed = await launch(3, 'Killed');
  await until(killed, ({ history: { length } }) => length >= 1);
  const lock = join(workstation.storeFolder, 'runs', killed, 'lock');
  process.kill(Number(await readFile(lock, 'utf8')), 'SIGKILL');
  const interrupted = await until(killed, isIn('interrupted'));
  expect(interrupted.summary.failure).toEqual({ code: 'training-stopped', detail: {} });
  await workstation.call('resumeRun', { run: killed });
  const resumed = await until(killed, isIn('finished'));
  expect(resumed.history.map(withoutSpeed)).toEqual(history.map(withoutSpeed));
  expect(resumed.summary.result).toEqual(summary.result);
  expect(resumed.log.map(({ words }) => words)).toEqual(
    expect.arrayContaining([
      'The training process ended unexpectedly',
      expect.stringMatching(/^goes on after epoch [12]:/),
    ]),
  );
}, 300_000);

test('the application ends under a run and a queue: both wait until somebody says so', async () => {
  const first = await launch(1000, 'First');
  const second = await launch(1, 'Second');
  await until(first, ({ history }) => history.length >= 1);
  await workstation.call('pauseRun', { run: first });
  await workstation.restart();
  const { runs, isHeld } = await workstation.call('listRuns', {});
  expect(runs.map(({ title, state }) => [title, state])).toEqual([
    ['Second', 'queued'],
    ['First', 'interrupted'],
  ]);
  expect(isHeld).toBe(true);
  await workstation.call('holdQueue', { isHeld: false });
  await until(second, isIn('finished'));
  await workstation.call('resumeRun', { run: first });
  await until(first, isIn('running'));
  await workstation.call('finishRunEarly', { run: first });
  const { summary, history } = await until(first, isIn('finished'));
  expect(summary.result?.epochs).toBe(history.length);
}, 300_000);

test('the queue keeps its order, can be changed, and refuses what cannot be', async () => {
  const { plan, subsets } = await prepare();
  const { runs } = await workstation.call('launchTraining', {
    ...usual,
    plan,
    title: 'Four',
    subsets: ['combined', 'axial', 'sagittal', 'coronal'],
    recipe: { ...usual.recipe, epochs: 1000 },
  });
  const [combined, axial, sagittal, coronal] = runs as [string, string, string, string];
  const waiting = async (): Promise<string[]> =>
    (await workstation.call('listRuns', {})).runs
      .filter(({ state }) => state === 'queued')
      .map(({ title }) => title);
  expect(await waiting()).toEqual(['Four, axial', 'Four, sagittal', 'Four, coronal']);
  await workstation.call('moveRun', { run: coronal, before: axial });
  expect(await waiting()).toEqual(['Four, coronal', 'Four, axial', 'Four, sagittal']);
  await workstation.call('cancelRun', { run: sagittal });
  expect(await waiting()).toEqual(['Four, coronal', 'Four, axial']);
  const refused = (code: string): unknown => expect.objectContaining({ code });
  await expect(workstation.call('removeRun', { run: combined })).rejects.toEqual(refused('run-not-possible'));
  await expect(workstation.call('pauseRun', { run: axial })).rejects.toEqual(refused('run-not-possible'));
  await expect(workstation.call('moveRun', { run: sagittal, before: null })).rejects.toEqual(
    refused('run-unknown'),
  );
  await expect(workstation.call('readRun', { run: 'none' })).rejects.toEqual(refused('run-unknown'));
  await workstation.call('holdQueue', { isHeld: true });
  await workstation.call('cancelRun', { run: combined });
  await until(combined, isIn('cancelled'));
  expect(await waiting()).toEqual(['Four, coronal', 'Four, axial']);
  await workstation.call('removeRun', { run: combined });
  await expect(workstation.call('readRun', { run: combined })).rejects.toEqual(refused('run-unknown'));
  const counts = subsets.find(({ subset }) => subset === 'axial')!.folds[0]!;
  expect(counts.train.reduce((a, b) => a + b, 0)).toBeGreaterThan(0);
}, 300_000);

test('a launch on nothing, or with a plan of yesterday, is refused with its reason', async () => {
  const [data] = workstation.addPaths(join(folder, 'nowhere'));
  const { outcome } = await workstation.job('prepareTraining', {
    data: { kind: 'folder', source: data! },
    split: { protocol: 'grouped', folds: 1 },
    seed: 1,
    start: { kind: 'random' },
  });
  expect(outcome).toMatchObject({ ok: false });
  await expect(
    workstation.call('launchTraining', { ...usual, plan: 'old', title: 'x', subsets: ['combined'] }),
  ).rejects.toMatchObject({ code: 'plan-unknown' });
}, 120_000);

test('steps are timed, and a sample shows the pictures of its epoch', async () => {
  const { outcome } = await workstation.job('timeTraining', {
    ...usual,
    recipe: { ...usual.recipe, subset: 'combined' },
  });
  if (!outcome.ok) throw new Error(outcome.error.code);
  expect(outcome.value.trainMsPerPicture).toBeGreaterThan(outcome.value.validateMsPerPicture);
  expect(outcome.value.peakBytes).toBeGreaterThan(2 ** 26);
  const run = await launch(1);
  const { history } = await until(run, isIn('finished'));
  const sample = await workstation.call('readRunSample', { run, epoch: 1 });
  expect(sample.pictures).toHaveLength(8);
  expect(sample.pictures[0]!.grey).toHaveLength(32 * 32);
  const again = await workstation.call('readRunSample', { run, epoch: 1 });
  expect(again).toEqual(sample);
  expect(await workstation.call('readRunSample', { run, epoch: 2 })).not.toEqual(sample);
  // The first five blocks are frozen by the usual recipe.
  const norms = history[0]!.blocks!.map(({ gradientNorm }) => gradientNorm);
  expect(norms.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
  expect(norms.at(-1)).toBeGreaterThan(0);
}, 300_000);
