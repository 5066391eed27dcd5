import { expect, test } from 'vitest';
import { bootstrapByGroups } from './bootstrapByGroups.ts';
import { classReport } from './classReport.ts';
import { rankingCurves } from './rankingCurves.ts';
import { RandomStream } from './RandomStream.ts';
import { wilsonInterval } from './wilsonInterval.ts';

test('every interval holds its figure, also at the ends', () => {
  const report = classReport([
    [10, 0, 0],
    [0, 3, 4],
    [0, 0, 1],
  ]);
  expect(report.n).toBe(18);
  expect(report.accuracy).toBeCloseTo(14 / 18, 12);
  for (const { precision, recall, f1, intervals } of report.perClass) {
    for (const [figure, interval] of [
      [precision, intervals.precision],
      [recall, intervals.recall],
      [f1, intervals.f1],
    ] as const) {
      expect(interval![0]).toBeLessThanOrEqual(figure!);
      expect(interval![1]).toBeGreaterThanOrEqual(figure! - 1e-12);
    }
  }
});

test('a class without slices has no recall and does not lower the macro mean; nothing at all is no crash', () => {
  const report = classReport([
    [4, 0],
    [0, 0],
  ]);
  expect(report.perClass[1]).toMatchObject({ precision: null, recall: null, f1: null, support: 0 });
  expect(report.macro).toEqual({ precision: 1, recall: 1, f1: 1 });
  expect(
    classReport([
      [0, 0],
      [0, 0],
    ]),
  ).toMatchObject({ n: 0, accuracy: 0, accuracyInterval: null });
  expect(wilsonInterval(0, 0)).toBeNull();
});

test('a score that separates has both areas 1, its reverse 0, and a constant one half', () => {
  const isPositive = [true, true, false, false, false];
  expect(rankingCurves([5, 4, 3, 2, 1], isPositive)).toMatchObject({ rocArea: 1, averagePrecision: 1 });
  expect(rankingCurves([1, 2, 3, 4, 5], isPositive).rocArea).toBe(0);
  expect(rankingCurves([1, 1, 1, 1, 1], isPositive)).toMatchObject({ rocArea: 0.5, averagePrecision: 0.4 });
  const { roc } = rankingCurves([5, 4, 3, 2, 1], isPositive);
  expect([roc[0], roc.at(-1)]).toMatchObject([
    { x: 0, y: 0 },
    { x: 1, y: 1 },
  ]);
  expect(rankingCurves([1], [true])).toMatchObject({ rocArea: null, averagePrecision: 1 });
  expect(rankingCurves([], [])).toMatchObject({ rocArea: null, averagePrecision: null, roc: [] });
});

test('resampling by groups widens the interval where slices of a group err together', () => {
  const random = new RandomStream(3);
  const groupIsRight = Array.from({ length: 60 }, () => random.happens(0.8));
  const isRight = groupIsRight.flatMap((right) => Array<boolean>(10).fill(right));
  const accuracy = (items: readonly number[]): { accuracy: number } => ({
    accuracy: items.filter((item) => isRight[item]).length / items.length,
  });
  const options = { seed: 1, samples: 800, level: 0.95 };
  const groups = isRight.map((_, i) => `patient ${Math.floor(i / 10)}`);
  const alone = isRight.map((_, i) => `slice ${i}`);
  const width = ([low, high]: readonly [number, number]): number => high - low;
  const byGroup = bootstrapByGroups(groups, accuracy, options).accuracy!;
  const bySlice = bootstrapByGroups(alone, accuracy, options).accuracy!;
  // Ten slices that are one: sqrt(10) times as wide.
  expect(width(byGroup) / width(bySlice)).toBeGreaterThan(2.6);
  expect(width(byGroup) / width(bySlice)).toBeLessThan(3.8);
  expect(bootstrapByGroups(groups, accuracy, options).accuracy).toEqual(byGroup);
  const [low, high] = wilsonInterval(480, 600)!;
  expect(Math.abs(width(bySlice) / (high - low) - 1)).toBeLessThan(0.15);
});

test('a figure that most resamples leave undefined has no interval', () => {
  const rare = bootstrapByGroups(['a', 'b', 'c'], (items) => ({ x: items[0] === 0 ? 1 : null }), {
    seed: 1,
    samples: 200,
    level: 0.95,
  });
  expect(rare.x).toBeNull();
});
