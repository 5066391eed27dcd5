/** Added to the diagonal, in parts of it: keeps a picture without structure along one axis solvable. */
const ridge = 1e-3;

/**
 * Solves the normal equations of a small least-squares problem, M x = r, by Cholesky's decomposition
 * M + ridge · diag(M) = L Lᵀ.
 *
 * @param matrix - symmetric n × n, [row][column]; only the upper triangle is read
 * @returns n numbers; all zero where the matrix has no information at all
 */
export function solveLinear(matrix: Float64Array, right: Float64Array): number[] {
  const n = right.length;
  const lower = new Float64Array(n * n);
  const x = [...right];
  for (let row = 0; row < n; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = matrix[column * n + row]! * (row === column ? 1 + ridge : 1);
      for (let k = 0; k < column; k++) sum -= lower[row * n + k]! * lower[column * n + k]!;
      if (row === column && sum <= 0) return x.fill(0);
      lower[row * n + column] = row === column ? Math.sqrt(sum) : sum / lower[column * n + column]!;
    }
  }
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
