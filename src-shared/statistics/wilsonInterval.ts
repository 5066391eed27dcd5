/** From … to, both included. */
export type Interval = readonly [number, number];

/** The normal quantile of a two-sided 95 % interval. */
export const quantile95 = 1.959963984540054;

/**
 * Wilson's score interval for a proportion: all p that a test at the level of `z` would not reject.
 *
 *     centre = (k + z²/2) / (n + z²),   half = z / (n + z²) * sqrt(k (n - k) / n + z²/4)
 *
 * `k` successes in `n` trials. Keeps near its level for small n and for k = 0 or n, where the ordinary interval has
 * no width. E. B. Wilson, JASA 22 (1927); Brown, Cai and DasGupta, Statistical Science 16 (2001). The trials are
 * taken as independent: slices of one patient are not, so the true interval is wider.
 *
 * @returns null where there was no trial
 */
export function wilsonInterval(successes: number, trials: number, z = quantile95): Interval | null {
  if (trials === 0) return null;
  const total = trials + z * z;
  const centre = (successes + (z * z) / 2) / total;
  const half = (z / total) * Math.sqrt((successes * (trials - successes)) / trials + (z * z) / 4);
  // Exactly there, where the last digit of a difference says otherwise.
  return [
    successes === 0 ? 0 : Math.max(0, centre - half),
    successes === trials ? 1 : Math.min(1, centre + half),
  ];
}
