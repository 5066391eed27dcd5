import { addProducts } from './addProducts.ts';
import { solvePositiveDefinite } from './solvePositiveDefinite.ts';

/** A point of a regression. */
export interface WeightedPoint {
  u: Float64Array;
  target: number;
  /** They sum to 1. */
  weight: number;
}

/**
 * Linear regression with a ridge.
 *
 *     b = argmin Σ v (y − ȳ − b · (u − ū))² + λ tr(H)/n |b|²,   H = Σ v (u − ū)(u − ū)ᵀ
 *
 * `v` are the weights, `ū` and `ȳ` the weighted means, `n` the number of coordinates. Hoerl and Kennard,
 * Technometrics 12 (1970). The intercept is left out.
 *
 * @throws RangeError when all points are one
 */
export function ridgeRegression(points: readonly WeightedPoint[], lambda: number): Float64Array<ArrayBuffer> {
  const length = points[0]!.u.length;
  const centre = new Float64Array(length);
  let middle = 0;
  for (const { u, target, weight } of points) {
    for (let i = 0; i < length; i++) centre[i]! += weight * u[i]!;
    middle += weight * target;
  }
  const matrix = new Float64Array(length * length);
  const right = new Float64Array(length);
  const differences = points.map(({ u }) => u.map((value, i) => value - centre[i]!));
  addProducts(matrix, differences, (place) => points[place]!.weight);
  for (const [place, { target, weight }] of points.entries()) {
    const difference = differences[place]!;
    for (let i = 0; i < length; i++) right[i]! += weight * (target - middle) * difference[i]!;
  }
  let trace = 0;
  for (let i = 0; i < length; i++) trace += matrix[i * length + i]!;
  for (let i = 0; i < length; i++) matrix[i * length + i]! += (lambda * trace) / length;
  return solvePositiveDefinite(matrix, right);
}
