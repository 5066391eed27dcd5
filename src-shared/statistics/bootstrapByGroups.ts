import { RandomStream } from './RandomStream.ts';
import type { Interval } from './wilsonInterval.ts';

/** How to resample. */
export interface BootstrapOptions {
  seed: number;
  /** Resamples; the ends of a 95 % interval of 1,000 move by about a tenth of its width from seed to seed. */
  samples: number;
  /** For example 0.95. */
  level: number;
}

/**
 * Intervals of any figures, by drawing whole groups with replacement.
 *
 *     for r = 1…R: draw as many groups as there are, each as likely; the figures of all their slices
 *     interval = the (1 - level)/2 and (1 + level)/2 percentiles of the R figures
 *
 * Slices of one patient resemble each other: drawing them one by one would make the interval too narrow. Efron
 * and Tibshirani, "An introduction to the bootstrap" (1993), chapter 13; groups as in Field and Welsh (2007).
 *
 * @param groups - the group of each item
 * @param figuresOf - the figures of some items, given by index, repetitions included; null where undefined
 * @returns an interval for each figure; null where a tenth of the resamples or more leave it undefined
 */
export function bootstrapByGroups<Name extends string>(
  groups: readonly string[],
  figuresOf: (items: readonly number[]) => Record<Name, number | null>,
  { seed, samples, level }: BootstrapOptions,
): Record<Name, Interval | null> {
  const members = [...Map.groupBy(groups.keys(), (item) => groups[item]!).values()];
  const random = new RandomStream(seed);
  const results = Array.from({ length: samples }, () =>
    figuresOf(members.flatMap(() => members[random.integer(members.length)]!)),
  );
  const names = Object.keys(figuresOf([...groups.keys()])) as Name[];
  const intervals = names.map((name) => [
    name,
    percentiles(
      results.map((figures) => figures[name]),
      level,
    ),
  ]);
  return Object.fromEntries(intervals) as Record<Name, Interval | null>;
}

function percentiles(figures: readonly (number | null)[], level: number): Interval | null {
  const known = figures.filter((figure) => figure !== null).sort((a, b) => a - b);
  if (known.length === 0 || known.length < 0.9 * figures.length) return null;
  return [quantile(known, (1 - level) / 2), quantile(known, (1 + level) / 2)];
}

/** Linear between order statistics: the place of share q is q (n - 1). */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)]!;
  return below + (place - Math.floor(place)) * (sorted[Math.ceil(place)]! - below);
}
