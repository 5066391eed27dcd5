import { innerProduct } from './innerProduct.ts';

/**
 * Solves M x = r for a symmetric positive definite matrix by Cholesky's decomposition M = L Lᵀ.
 *
 * @param matrix - n × n, [row][column]; only the upper triangle is read
 * @throws RangeError when the matrix is not positive definite
 */
export function solvePositiveDefinite(matrix: Float64Array, right: Float64Array): Float64Array<ArrayBuffer> {
  const n = right.length;
  const lower = new Float64Array(n * n);
  for (let row = 0; row < n; row++)
    for (let column = 0; column <= row; column++) {
      const sum = matrix[column * n + row]! - innerProduct(lower, row * n, lower, column * n, column);
      if (row === column && !(sum > 0)) throw new RangeError('the matrix is not positive definite');
      lower[row * n + column] = row === column ? Math.sqrt(sum) : sum / lower[column * n + column]!;
    }
  const x = Float64Array.from(right);
  for (let row = 0; row < n; row++) {
    for (let k = 0; k < row; k++) x[row]! -= lower[row * n + k]! * x[k]!;
    x[row]! /= lower[row * n + row]!;
  }
  for (let row = n - 1; row >= 0; row--) {
    for (let k = row + 1; k < n; k++) x[row]! -= lower[k * n + row]! * x[k]!;
    x[row]! /= lower[row * n + row]!;
  }
  return x;
}
