import { expect, test } from 'vitest';
import type { SubmittedRun } from '../../src-shared/domain/jobs.ts';
import { meansOverFolds } from './meansOverFolds.ts';

function run(
  submission: string,
  name: string,
  figures: Partial<SubmittedRun['result']> = null,
): SubmittedRun {
  const usual = { seed: 1, recipe: {}, epochs: 9, validationLoss: 0.3, testLoss: 0.4, modelFingerprint: 'f' };
  return {
    ...{ submission, path: `/runs/${name}-0123abcd`, attempts: 1, error: null },
    state: figures === null ? 'waiting' : 'trained',
    result: figures && {
      ...usual,
      ...{ fold: 1, bestEpoch: 5, validationAccuracy: 0.9, testAccuracy: 0.9 },
      ...figures,
    },
  };
}

test('folds that are trained have a mean and a deviation, and the others are counted', () => {
  const runs = [
    run('a', 'fold-1-seed-1', { bestEpoch: 4, validationAccuracy: 0.95, testAccuracy: 0.9 }),
    run('a', 'fold-2-seed-1', { fold: 2, bestEpoch: 6, validationAccuracy: 0.93, testAccuracy: 0.94 }),
    run('a', 'fold-3-seed-1', { fold: 3, bestEpoch: 8, validationAccuracy: 0.97, testAccuracy: 0.98 }),
    run('a', 'fold-4-seed-1'),
    run('a', 'fold-5-seed-1'),
  ];
  const [means, ...others] = meansOverFolds(runs);
  expect(others).toEqual([]);
  expect(means).toMatchObject({ submission: 'a', name: 'seed-1', folds: { trained: 3, all: 5 } });
  expect(means?.bestEpoch).toEqual({ mean: 6, standardDeviation: 2 });
  expect(means?.validationAccuracy.mean).toBeCloseTo(0.95, 12);
  expect(means?.validationAccuracy.standardDeviation).toBeCloseTo(0.02, 12);
  expect(means?.testAccuracy?.mean).toBeCloseTo(0.94, 12);
  expect(means?.testAccuracy?.standardDeviation).toBeCloseTo(0.04, 12);
});

test('seeds, recipes and submissions are not mixed; a single fold has no deviation, and one split in two no mean', () => {
  const slow = { recipe: { learningRate: 0.001 } };
  const runs = [
    run('a', 'fold-1-seed-1-learningRate-0.001', slow),
    run('a', 'fold-1-seed-1-learningRate-0.01', { recipe: { learningRate: 0.01 }, testAccuracy: null }),
    run('a', 'fold-2-seed-1-learningRate-0.001', { ...slow, fold: 2 }),
    run('a', 'fold-1-seed-2-learningRate-0.001', { ...slow, seed: 2 }),
    run('b', 'fold-1-seed-1', {}),
    run('c', 'fold-1-seed-1'),
    run('c', 'fold-2-seed-1'),
  ];
  expect(
    meansOverFolds(runs).map(({ submission, name, folds, testAccuracy }) => [
      ...[submission, name, folds.trained, folds.all, testAccuracy],
    ]),
  ).toEqual([
    ['a', 'seed-1-learningRate-0.001', 2, 2, { mean: 0.9, standardDeviation: 0 }],
    ['a', 'seed-1-learningRate-0.01', 1, 2, null],
    ['a', 'seed-2-learningRate-0.001', 1, 2, { mean: 0.9, standardDeviation: null }],
  ]);
});
