import type { ConfusionMatrix } from './confusionMatrix.ts';

/**
 * Agreement of two judges beyond chance.
 *
 *     kappa = (po - pe) / (1 - pe),   po = Σ n_ii / n,   pe = Σ n_i· n_·i / n²
 *
 * `n_ij` is how often the first judge said i and the second j. 1 is full agreement, 0 what chance gives; it falls
 * with uneven classes at the same share of agreement. J. Cohen, Educational and Psychological Measurement 20 (1960).
 *
 * @returns null where nothing was judged, or both judges always gave one and the same class
 */
export function cohensKappa(matrix: ConfusionMatrix): number | null {
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const n = sum(matrix.map(sum));
  const observed = sum(matrix.map((row, index) => row[index]!)) / n;
  const expected =
    sum(matrix.map((row, index) => sum(row) * sum(matrix.map((other) => other[index]!)))) / n ** 2;
  return n === 0 || expected === 1 ? null : (observed - expected) / (1 - expected);
}
