import { RandomStream } from '../RandomStream.ts';
import { addProducts } from './addProducts.ts';
import { alongAxes } from './alongAxes.ts';
import { innerProduct } from './innerProduct.ts';

/** Rounds of the iteration. The last axes, whose variances are nearly equal, need not be told apart. */
const rounds = 8;

/**
 * The principal axes of points: the first eigenvectors of their covariance, by orthogonal iteration.
 *
 *     Q <- orthonormal(C Q),   C = Σ (x − μ)(x − μ)ᵀ
 *
 * Golub and Van Loan, "Matrix computations", 4th ed., 8.2.4. The start is drawn from a fixed stream, so the same
 * points give the same axes.
 *
 * @param points - each with `length` numbers at its beginning; more of them than axes
 * @param count - how many axes; fewer than `length`
 * @returns the mean μ, and the axes, [axis][coordinate], the one of the largest variance first
 */
export function principalAxes(
  points: readonly ArrayLike<number>[],
  length: number,
  count: number,
): { mean: Float64Array; axes: Float64Array } {
  const mean = meanOf(points, length);
  const scatter = scatterOf(points, mean);
  const random = new RandomStream(length, count);
  let axes = Float64Array.from({ length: count * length }, () => random.uniform() - 0.5);
  for (let round = 0; round < rounds; round++) {
    orthonormalise(axes, length);
    axes = multiplied(axes, scatter, length);
  }
  orthonormalise(axes, length);
  return { mean, axes };
}

function meanOf(points: readonly ArrayLike<number>[], length: number): Float64Array {
  const mean = new Float64Array(length);
  for (const point of points) for (let i = 0; i < length; i++) mean[i]! += point[i]!;
  return mean.map((sum) => sum / points.length);
}

/** Σ (x − μ)(x − μ)ᵀ, both triangles. */
function scatterOf(points: readonly ArrayLike<number>[], mean: Float64Array): Float64Array {
  const { length } = mean;
  const scatter = new Float64Array(length * length);
  const differences = points.map((point) => mean.map((middle, i) => point[i]! - middle));
  addProducts(scatter, differences, () => 1);
  mirror(scatter, length);
  return scatter;
}

function mirror(matrix: Float64Array, length: number): void {
  for (let i = 0; i < length; i++)
    for (let j = i + 1; j < length; j++) matrix[j * length + i] = matrix[i * length + j]!;
}

/** Each axis times a symmetric matrix. */
function multiplied(axes: Float64Array, matrix: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const product = new Float64Array(axes.length);
  // Row by row: the axes stay in the cache, where the matrix has no room.
  for (let i = 0; i < length; i++) {
    const along = alongAxes(axes, length, matrix, i * length);
    for (let k = 0; k < along.length; k++) product[k * length + i] = along[k]!;
  }
  return product;
}

/** Gram and Schmidt, twice: once loses digits where axes are nearly parallel. */
function orthonormalise(axes: Float64Array, length: number): void {
  for (let start = 0; start < axes.length; start += length) {
    for (let pass = 0; pass < 2; pass++)
      for (let before = 0; before < start; before += length) {
        const product = innerProduct(axes, before, axes, start, length);
        for (let i = 0; i < length; i++) axes[start + i]! -= product * axes[before + i]!;
      }
    let squared = 0;
    for (let i = 0; i < length; i++) squared += axes[start + i]! ** 2;
    const scale = squared > 0 ? 1 / Math.sqrt(squared) : 0;
    for (let i = 0; i < length; i++) axes[start + i]! *= scale;
  }
}
