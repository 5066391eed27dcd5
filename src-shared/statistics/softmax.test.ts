import { expect, test } from 'vitest';
import { predictionSet } from './predictionSet.ts';
import { softmax } from './softmax.ts';

test('softmax equals hand-computed values, sums to 1 and does not overflow', () => {
  const [a, b] = softmax([Math.log(3), 0]);
  expect(a).toBeCloseTo(0.75, 12);
  expect(b).toBeCloseTo(0.25, 12);
  expect(softmax([1e4, 0, -1e4])).toEqual([1, 0, 0]);
  expect(softmax([2, -7, 0.3, 5]).reduce((sum, p) => sum + p)).toBeCloseTo(1, 12);
});

test('temperature levels the probabilities and keeps their order', () => {
  expect(softmax([2 * Math.log(3), 0], 2)[0]).toBeCloseTo(0.75, 12);
  const order = (values: number[]): number[] =>
    values.map((_, i) => i).sort((i, j) => values[i]! - values[j]!);
  expect(order(softmax([1, 4, 2, 3], 5))).toEqual(order([1, 4, 2, 3]));
});

test('the set is the smallest that reaches the threshold, most likely first', () => {
  const probabilities = [0.1, 0.55, 0.05, 0.3];
  expect(predictionSet(probabilities, 0.5)).toEqual([1]);
  expect(predictionSet(probabilities, 0.56)).toEqual([1, 3]);
  expect(predictionSet(probabilities, 0.9)).toEqual([1, 3, 0]);
  expect(predictionSet(probabilities, 1)).toEqual([1, 3, 0, 2]);
});

test('it is never empty, and rounding adds no class', () => {
  expect(predictionSet([0.25, 0.25, 0.25, 0.25], 0)).toEqual([0]);
  expect(predictionSet([0.7, 0.1, 0.1, 0.1], 0.7 + 0.1 + 0.1)).toEqual([0, 1, 2]);
});
