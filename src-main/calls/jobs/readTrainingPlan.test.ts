import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readTrainingPlan, type TrainingSweep } from './readTrainingPlan.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-plan-'));
});

afterAll(() => rm(folder, { recursive: true }));

async function read(plan: object): Promise<TrainingSweep> {
  const file = join(folder, 'plan.json');
  await writeFile(file, JSON.stringify({ dataset: 'pictures', from: 'plane', out: 'runs', ...plan }));
  return readTrainingPlan(file);
}

test('paths count from the plan, names stay names, and without a sweep there is one combination', async () => {
  const plan = await read({ recipe: { epochs: 3 }, augment: './own.json' });
  expect(plan).toMatchObject({
    ...{ dataset: join(folder, 'pictures'), out: join(folder, 'runs'), augment: join(folder, 'own.json') },
    ...{ from: 'plane', split: 'grouped', folds: 1, seeds: [1] },
    points: [{ swept: {}, recipe: { epochs: 3 } }],
  });
  expect((await read({ from: 'imagenet:weights' })).from).toBe(`imagenet:${join(folder, 'weights')}`);
});

test('every combination of swept fields is a point, and goes before the recipe', async () => {
  const { points } = await read({
    recipe: { epochs: 3, batch: 16 },
    sweep: { batch: [8, 32], learningRate: [0.1, 0.01] },
  });
  expect(points.map(({ recipe }) => recipe)).toEqual([
    { epochs: 3, batch: 8, learningRate: 0.1 },
    { epochs: 3, batch: 8, learningRate: 0.01 },
    { epochs: 3, batch: 32, learningRate: 0.1 },
    { epochs: 3, batch: 32, learningRate: 0.01 },
  ]);
});

test.each([
  [{ sweep: { learningSpeed: [1] } }, /sweep, a field|learningSpeed/],
  [{ sweep: { epochs: [0] } }, /sweep, epochs/],
  [{ sweep: { seed: [1] } }, /seed/],
  [{ surprise: 1 }, /surprise|whole/],
  [{ sweep: { epochs: Array.from({ length: 1000 }, (_, k) => k + 1) }, folds: 11 }, /10000 runs/],
])('%j is refused, and why', async (plan, reason) => {
  await expect(read(plan)).rejects.toMatchObject({
    code: 'invalid-input',
    detail: { reason: expect.stringMatching(reason) as string },
  });
});
