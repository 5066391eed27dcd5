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
  const scattered = scatterer(points, mean);
  const random = new RandomStream(length, count);
  let axes = Float64Array.from({ length: count * length }, () => random.uniform() - 0.5);
  for (let round = 0; round < rounds; round++) {
    orthonormalise(axes, length);
    axes = scattered(axes);
  }
  orthonormalise(axes, length);
  return { mean, axes };
}

function meanOf(points: readonly ArrayLike<number>[], length: number): Float64Array {
  const mean = new Float64Array(length);
  for (const point of points) for (let i = 0; i < length; i++) mean[i]! += point[i]!;
  return mean.map((sum) => sum / points.length);
}

/** C times each of some axes, the cheaper way: by C itself, or for few points by X and Xᵀ, since C = Xᵀ X. */
function scatterer(
  points: readonly ArrayLike<number>[],
  mean: Float64Array,
): (axes: Float64Array) => Float64Array<ArrayBuffer> {
  const { length } = mean;
  const differences = points.map((point) => mean.map((middle, i) => point[i]! - middle));
  if (2 * points.length < length) {
    const transposed = new Float64Array(length * points.length);
    for (const [place, difference] of differences.entries())
      for (let i = 0; i < length; i++) transposed[i * points.length + place] = difference[i]!;
    return (axes) => alongRows(alongRows(axes, differences), rowsOf(transposed, points.length));
  }
  const scatter = new Float64Array(length * length);
  addProducts(scatter, differences, () => 1);
  mirror(scatter, length);
  return (axes) => alongRows(axes, rowsOf(scatter, length));
}

function rowsOf(matrix: Float64Array, length: number): Float64Array[] {
  return Array.from({ length: matrix.length / length }, (_, row) =>
    matrix.subarray(row * length, (row + 1) * length),
  );
}

function mirror(matrix: Float64Array, length: number): void {
  for (let i = 0; i < length; i++)
    for (let j = i + 1; j < length; j++) matrix[j * length + i] = matrix[i * length + j]!;
}

/** The inner product of each axis with each row, [axis][row]. */
function alongRows(axes: Float64Array, rows: readonly Float64Array[]): Float64Array<ArrayBuffer> {
  const { length } = rows[0]!;
  const products = new Float64Array((axes.length / length) * rows.length);
  // Row by row: the axes stay in the cache, where the matrix has no room.
  for (const [place, row] of rows.entries()) {
    const along = alongAxes(axes, length, row);
    for (let k = 0; k < along.length; k++) products[k * rows.length + place] = along[k]!;
  }
  return products;
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
