import { expect, test } from 'vitest';
import { orderOfEpoch, showingsIn } from './orderOfEpoch.ts';

/** 30 pictures of class 0, 5 of class 2, 10 of class 3; class 1 is absent. */
const labels = [...Array<number>(30).fill(0), ...Array<number>(5).fill(2), ...Array<number>(10).fill(3)];
const recipe = { seed: 5, sampler: 'shuffled' } as const;
const pictures = (draws: { picture: number }[]): number[] => draws.map(({ picture }) => picture);
const ascending = (numbers: number[]): number[] => numbers.toSorted((a, b) => a - b);

test('shuffled shows every picture once, in an order of its own each epoch', () => {
  const [first, second] = [0, 1].map((epoch) => orderOfEpoch(recipe, labels, epoch));
  for (const draws of [first!, second!]) {
    expect(ascending(pictures(draws))).toEqual([...labels.keys()]);
    expect(draws.every(({ repetition }) => repetition === 0)).toBe(true);
  }
  expect(pictures(first!)).not.toEqual(pictures(second!));
  expect(pictures(first!)).not.toEqual([...labels.keys()]);
});

test('seed, labels and epoch alone decide', () => {
  for (const sampler of ['shuffled', 'balanced', 'enlarged'] as const) {
    const wish = { seed: 5, sampler };
    expect(orderOfEpoch(wish, labels, 3)).toEqual(orderOfEpoch(wish, [...labels], 3));
    expect(orderOfEpoch({ ...wish, seed: 6 }, labels, 3)).not.toEqual(orderOfEpoch(wish, labels, 3));
  }
});

test('balanced shows each class as often, and its pictures as evenly as can be', () => {
  const draws = orderOfEpoch({ seed: 5, sampler: 'balanced' }, labels, 0);
  expect(draws).toHaveLength(labels.length);
  const shown = new Map<number, number>();
  for (const { picture, repetition } of draws) {
    expect(repetition).toBe(shown.get(picture) ?? 0);
    shown.set(picture, repetition + 1);
  }
  for (const label of [0, 2, 3]) {
    const counts = labels.flatMap((own, picture) => (own === label ? (shown.get(picture) ?? 0) : []));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(15);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  }
  const classes = draws.map(({ picture }) => labels[picture]!);
  expect(classes.slice(0, 15)).not.toEqual(classes.slice(15, 30));
});

test('enlarged shows every picture, and each class as often as the largest', () => {
  const draws = orderOfEpoch({ seed: 5, sampler: 'enlarged' }, labels, 0);
  expect(draws).toHaveLength(90);
  expect(showingsIn('enlarged', labels)).toBe(90);
  const perPicture = labels.map((_, own) => draws.filter(({ picture }) => picture === own).length);
  expect(perPicture).toEqual(labels.map((label) => ({ 0: 1, 2: 6, 3: 3 })[label]));
  // Copies of a picture are told apart, and no epoch repeats another's order.
  for (const own of labels.keys()) {
    const repetitions = draws.flatMap((draw) => (draw.picture === own ? draw.repetition : []));
    expect(ascending(repetitions)).toEqual([...repetitions.keys()]);
  }
  expect(orderOfEpoch({ seed: 5, sampler: 'enlarged' }, labels, 1)).not.toEqual(draws);
  expect(orderOfEpoch({ seed: 5, sampler: 'enlarged' }, [], 0)).toEqual([]);
});
