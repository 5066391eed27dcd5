import { expect, test } from 'vitest';
import type { Recipe } from '../../../src-shared/domain/trainingRun.ts';
import { learningRateAt } from './learningRateAt.ts';

const stepsPerEpoch = 4;

/** The rates of all steps of three epochs, as shares of the recipe's rate. */
function shares(schedule: Recipe['schedule'], epochs = 3): number[] {
  const recipe = { learningRate: 0.1, schedule, epochs };
  return Array.from(
    { length: epochs * stepsPerEpoch },
    (_, step) => learningRateAt(recipe, step, stepsPerEpoch) / 0.1,
  );
}

test('the warm-up is a line that ends at the full rate', () => {
  const found = shares({ kind: 'constant', warmUpEpochs: 1.25 });
  [0.2, 0.4, 0.6, 0.8, 1, 1, 1].forEach((share, step) => expect(found[step]).toBeCloseTo(share, 12));
  expect(found.at(-1)).toBeCloseTo(1, 12);
  expect(shares({ kind: 'constant', warmUpEpochs: 0 })[0]).toBe(1);
});

test('the cosine starts at the full rate after the warm-up and ends at the final share, on the last step', () => {
  // Two steps of warm-up, then 9 intervals up to step 11: t = k / 9.
  const found = shares({ kind: 'cosine', warmUpEpochs: 0.5, finalShare: 0.1 });
  expect(found[1]).toBeCloseTo(1, 12);
  expect(found[2]).toBeCloseTo(1, 12);
  // t = 3 / 9: 0.1 + 0.9 · (1 + cos 60°) / 2 = 0.1 + 0.9 · 0.75; t = 6 / 9: 0.1 + 0.9 · 0.25.
  expect(found[5]).toBeCloseTo(0.775, 12);
  expect(found[8]).toBeCloseTo(0.325, 12);
  expect(found[11]).toBeCloseTo(0.1, 12);
  for (let step = 3; step < 12; step++) expect(found[step]).toBeLessThan(found[step - 1]!);
});

test('steps fall by the factor after whole periods, warm-up included in the count', () => {
  const found = shares({ kind: 'step', warmUpEpochs: 0.25, everyEpochs: 2, factor: 0.5 }, 5);
  const expected = [
    ...Array<number>(8).fill(1),
    ...Array<number>(8).fill(0.5),
    ...Array<number>(4).fill(0.25),
  ];
  found.forEach((share, step) => expect(share).toBeCloseTo(expected[step]!, 12));
});

test('a run of one step has a rate, and steps beyond the plan keep the last', () => {
  const recipe = {
    learningRate: 2,
    epochs: 1,
    schedule: { kind: 'cosine', warmUpEpochs: 0, finalShare: 0.25 },
  } as const;
  expect(learningRateAt(recipe, 0, 1)).toBe(2);
  expect(learningRateAt(recipe, 100, 10)).toBeCloseTo(0.5, 12);
});
