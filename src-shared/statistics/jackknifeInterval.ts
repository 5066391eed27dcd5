import { normalQuantile } from './normalQuantile.ts';
import type { Interval } from './wilsonInterval.ts';

/**
 * An interval of a figure of many independent groups, by leaving out one at a time.
 *
 *     se² = (n - 1)/n Σ n_k (θ₋k - mean)²,   mean = Σ n_k θ₋k / n,   interval = θ ± z se, within the bounds
 *
 * `n_k` groups are of kind k and `n` of all kinds; `θ₋k` is the figure without one group of kind k. Efron and Tibshirani,
 * "An introduction to the bootstrap" (1993), chapter 11. For smooth figures of hundreds of groups the ends are those of the
 * bootstrap, and it takes as many evaluations as there are kinds.
 *
 * @param counts - how many groups are of each kind, two at least altogether
 * @param figureOf - the figure of so many groups of each kind; null where undefined
 * @param level - for example 0.95
 * @param bounds - the least and the largest value of the figure
 * @returns null where the figure, or one without a group, is undefined
 */
export function jackknifeInterval(
  counts: readonly number[],
  figureOf: (counts: readonly number[]) => number | null,
  level: number,
  bounds: Interval,
): Interval | null {
  const figure = figureOf(counts);
  const groups = counts.reduce((sum, count) => sum + count, 0);
  const without = counts.map((count, kind) => (count === 0 ? 0 : figureOf(counts.with(kind, count - 1))));
  if (figure === null || !without.every((value) => value !== null)) return null;
  const mean = without.reduce((sum, value, kind) => sum + counts[kind]! * value, 0) / groups;
  const squares = without.reduce((sum, value, kind) => sum + counts[kind]! * (value - mean) ** 2, 0);
  const reach = normalQuantile((1 + level) / 2) * Math.sqrt(((groups - 1) / groups) * squares);
  return [Math.max(bounds[0], figure - reach), Math.min(bounds[1], figure + reach)];
}
