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

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-queue-'));
  dataset = join(folder, 'pictures');
  await writeInventedDataset(dataset, 12);
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  workstation = await OpenedWorkstation.open();
});
afterEach(() => workstation.close());

async function prepare(): Promise<TrainingPlan> {
  const [data] = workstation.addPaths(dataset);
  const { outcome } = await workstation.job('prepareTraining', {
    data: data!,
    split: { protocol: 'grouped', folds: 1 },
    seed: 1,
    start: { kind: 'random' },
  });
  if (!outcome.ok) throw new Error(outcome.error.code);
  return outcome.value;
}

async function launch(epochs: number, title = 'Small'): Promise<string> {
  const { plan } = await prepare();
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

test('a run of the queue has the numbers of the command line, to the last bit', async () => {
  const run = await launch(2);
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
}, 300_000);
