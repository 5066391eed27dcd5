/** A mean with how far single values lie from it. */
export interface MeanAndDeviation {
  mean: number;
  /** Null for a single value, which tells nothing of it. */
  standardDeviation: number | null;
}

/**
 * The mean of values and the standard deviation of what they are a sample of:
 *
 *     mean = Σ x / n,   s² = Σ (x - mean)² / (n - 1)
 *
 * @param values - one at least
 */
export function meanAndDeviation(values: readonly number[]): MeanAndDeviation {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, standardDeviation: n === 1 ? null : Math.sqrt(squares / (n - 1)) };
}
