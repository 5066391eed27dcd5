import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DataChoice, TrainingPlan } from '../../../src-shared/domain/trainingQueue.ts';
import { usualRecipe } from '../../../src-shared/domain/trainingRun.ts';
import { augmentationPresets } from '../../../src-shared/imaging/augmentation/augmentationPresets.ts';
import { writeInventedDataset } from '../../fixtures/writeInventedDataset.ts';
import { OpenedWorkstation } from '../openedWorkstation.ts';
import { smallRecipe } from './smallTraining.ts';

let folder: string;
let workstation: OpenedWorkstation;
let dataset: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-workspace-run-'));
  const pictures = join(folder, 'pictures');
  await writeInventedDataset(pictures, 4);
  workstation = await OpenedWorkstation.open();
  ({ id: dataset } = await workstation.call('createDataset', { name: 'Labelled here' }));
  await workstation.job('importPictures', { dataset, sources: workstation.addPaths(pictures) });
}, 120_000);
afterAll(async () => {
  await workstation.close();
  await rm(folder, { recursive: true });
});

async function prepare(data: DataChoice): Promise<TrainingPlan> {
  const { outcome } = await workstation.job('prepareTraining', {
    data,
    split: { protocol: 'grouped', folds: 1 },
    seed: 5,
    start: { kind: 'random' },
  });
  if (!outcome.ok) throw new Error(outcome.error.code);
  return outcome.value;
}

test('a data set of the workspace is trained on by its labels and its kept split', async () => {
  const { pictures } = await workstation.call('listPictures', { dataset });
  const moved = pictures.find(({ class: tumour }) => tumour === 'no_tumor')!;
  // A folder says no_tumor, a person says otherwise.
  await workstation.call('changePictures', { dataset, ids: [moved.id], change: { class: 'glioma_tumor' } });
  const { outcome } = await workstation.job('makeSplit', {
    dataset,
    protocol: 'grouped',
    seed: 3,
    folds: 3,
    name: 'three folds',
  });
  if (!outcome.ok) throw new Error(outcome.error.code);
  const { saved, sha256, folds } = outcome.value;

  const plan = await prepare({ kind: 'dataset', dataset, split: saved });
  expect(plan.splitSha256).toBe(sha256);
  expect(plan.pictures).toBe(16);
  expect(plan.testWithTwin).toEqual(folds.map(({ testWithTwin }) => testWithTwin));
  const { train, validation, test: tested } = plan.subsets[0]!.folds[2]!;
  expect([0, 1, 2, 3].map((i) => train[i]! + validation[i]! + tested[i]!)).toEqual([5, 4, 3, 4]);
  // Made now it is another one.
  expect((await prepare({ kind: 'dataset', dataset, split: null })).splitSha256).not.toBe(sha256);

  const { runs } = await workstation.call('launchTraining', {
    plan: plan.plan,
    title: 'Of the workspace',
    subsets: ['combined'],
    fold: 2,
    engine: 'onnx',
    provider: 'cpu',
    threads: 1,
    recipe: {
      ...usualRecipe,
      ...smallRecipe,
      widthMultiplier: 0.25,
      seed: 1,
      epochs: 1,
      augmentation: augmentationPresets.none,
    },
  });
  for (;;) {
    const { summary, facts, settings } = await workstation.call('readRun', { run: runs[0]! });
    if (summary.failure !== null) throw new Error(JSON.stringify(summary.failure));
    if (summary.state !== 'finished') {
      await new Promise((resolve) => setTimeout(resolve, 50));
      continue;
    }
    expect(facts?.split).toEqual({ protocol: 'grouped', seed: 3, fold: 2, sha256 });
    expect(summary.dataset).toBe('Labelled here');
    expect(settings.data).toEqual({
      choice: { kind: 'dataset', dataset, split: saved },
      name: 'Labelled here',
    });
    break;
  }
  // Its own test part judges it, as a folder's would.
  const judged = await workstation.job('evaluateRun', { run: runs[0]! });
  if (!judged.outcome.ok) throw new Error(judged.outcome.error.code);
  const { summary } = await workstation.call('readRun', { run: runs[0]! });
  expect(judged.outcome.value).toMatchObject({ run: runs[0], n: folds[2]!.test });
  expect(judged.outcome.value.accuracy).toBeCloseTo(summary.result!.testAccuracy!, 12);
}, 300_000);

test('pictures of two places, and a split that is not there, are refused in words', async () => {
  const other = join(folder, 'more');
  await writeInventedDataset(other, 1);
  const { outcome: missing } = await workstation.job('prepareTraining', {
    data: { kind: 'dataset', dataset, split: 999 },
    split: { protocol: 'published' },
    seed: 1,
    start: { kind: 'random' },
  });
  expect(missing).toMatchObject({ ok: false, error: { code: 'saved-unknown' } });
  const { id } = await workstation.call('createDataset', { name: 'Of two places' });
  const places = workstation.addPaths(join(folder, 'pictures'), other);
  await workstation.job('importPictures', { dataset: id, sources: places });
  const { outcome } = await workstation.job('prepareTraining', {
    data: { kind: 'dataset', dataset: id, split: null },
    split: { protocol: 'published' },
    seed: 1,
    start: { kind: 'random' },
  });
  expect(outcome).toMatchObject({
    ok: false,
    error: { code: 'invalid-input', detail: { reason: expect.stringContaining('several places') as string } },
  });
}, 120_000);
