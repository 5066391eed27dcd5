import { expect, test } from 'vitest';
import { bootstrapByGroups } from './bootstrapByGroups.ts';
import { jackknifeInterval } from './jackknifeInterval.ts';

const share = ([yes = 0, no = 0]: readonly number[]) => (yes + no === 0 ? null : yes / (yes + no));

test('of a share it is the textbook’s: z √(p (1 - p) / (n - 1))', () => {
  const interval = jackknifeInterval([80, 20], share, 0.95, [0, 1])!;
  const reach = 1.959964 * Math.sqrt((0.8 * 0.2) / 99);
  expect(interval[0]).toBeCloseTo(0.8 - reach, 6);
  expect(interval[1]).toBeCloseTo(0.8 + reach, 6);
});

test('agrees with the bootstrap of a ratio of sums', () => {
  // Groups of three kinds: (agreed, compared) = (1, 1), (0, 1), (2, 3).
  const kinds = [
    [1, 1],
    [0, 1],
    [2, 3],
  ] as const;
  const counts = [300, 100, 200];
  const kindOf = counts.flatMap((count, kind) => Array.from({ length: count }, () => kind));
  const ratio = (some: readonly number[]) => {
    const sum = (part: 0 | 1) => some.reduce((total, count, kind) => total + count * kinds[kind]![part], 0);
    return sum(0) / sum(1);
  };
  const [low, high] = jackknifeInterval(counts, ratio, 0.95, [0, 1])!;
  const drawn = bootstrapByGroups(
    kindOf.map((_, group) => String(group)),
    (groups) => ({
      ratio: ratio(kinds.map((_, kind) => groups.filter((group) => kindOf[group] === kind).length)),
    }),
    { seed: 3, samples: 1000, level: 0.95 },
  ).ratio!;
  const tolerance = 0.1 * (high - low);
  expect(Math.abs(low - drawn[0])).toBeLessThan(tolerance);
  expect(Math.abs(high - drawn[1])).toBeLessThan(tolerance);
});

test('stays within bounds, and is nothing where the figure is undefined', () => {
  expect(jackknifeInterval([499, 1], share, 0.95, [0, 1])![1]).toBe(1);
  expect(jackknifeInterval([500, 0], share, 0.95, [0, 1])).toEqual([1, 1]);
  expect(jackknifeInterval([2, 0], () => null, 0.95, [0, 1])).toBeNull();
});
