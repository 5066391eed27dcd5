import type { LayerMaps } from './core/LayerMaps.ts';

/**
 * Eigen-CAM: where the maps vary together most, whatever the class.
 *
 *     X = U Σ Vᵀ     L = ReLU(X v₁)
 *
 * `X` has a row for each cell and a column for each map, less the map's mean; `v₁` is its first right singular vector
 * (Muhammad and Yeasin, "Eigen-CAM", IJCNN 2020, equation 4; centred as pytorch-grad-cam does it). `X v₁ = σ₁ u₁`, and
 * `u₁` is the first eigenvector of `X Xᵀ`, or `v₁` that of `Xᵀ X`; the smaller matrix is taken. Of the two signs, which
 * the decomposition leaves open, the one that agrees with the sum of the maps.
 *
 * @returns [row][column], unscaled
 */
export function eigenCam({ channels, rows, columns, activations }: LayerMaps): Float32Array<ArrayBuffer> {
  const cells = rows * columns;
  const projection =
    cells <= channels
      ? projectionByCells(activations, channels, cells)
      : projectionByChannels(activations, channels, cells);
  let agreement = 0;
  for (let i = 0; i < activations.length; i++) agreement += activations[i]! * projection[i % cells]!;
  const sign = agreement < 0 ? -1 : 1;
  return Float32Array.from(projection, (value) => Math.max(sign * value, 0));
}

/** σ₁ u₁ by the eigenvector of X Xᵀ. Its centring, `H A Aᵀ H` with `H = I − 1/Z`, follows the sum over sparse maps. */
function projectionByCells(activations: Float32Array, channels: number, cells: number): Float64Array {
  const gram = new Float64Array(cells * cells);
  const active = new Int32Array(cells);
  for (let channel = 0; channel < channels; channel++) {
    const start = channel * cells;
    let count = 0;
    for (let cell = 0; cell < cells; cell++) if (activations[start + cell] !== 0) active[count++] = cell;
    for (let i = 0; i < count; i++) {
      const [row, value] = [active[i]! * cells, activations[start + active[i]!]!];
      for (let j = i; j < count; j++) gram[row + active[j]!]! += value * activations[start + active[j]!]!;
    }
  }
  mirror(gram, cells);
  centre(gram, cells);
  const { vector, value } = firstEigenvector(gram, cells);
  return vector.map((number) => number * Math.sqrt(Math.max(value, 0)));
}

/** X v₁ by the eigenvector of Xᵀ X. */
function projectionByChannels(activations: Float32Array, channels: number, cells: number): Float64Array {
  const centred = Float64Array.from(activations);
  for (let channel = 0; channel < channels; channel++) {
    const map = centred.subarray(channel * cells, (channel + 1) * cells);
    const mean = map.reduce((sum, value) => sum + value, 0) / cells;
    map.forEach((value, cell) => (map[cell] = value - mean));
  }
  const scatter = new Float64Array(channels * channels);
  for (let row = 0; row < channels; row++) {
    for (let column = row; column < channels; column++) {
      let sum = 0;
      for (let cell = 0; cell < cells; cell++)
        sum += centred[row * cells + cell]! * centred[column * cells + cell]!;
      scatter[row * channels + column] = sum;
    }
  }
  mirror(scatter, channels);
  const { vector } = firstEigenvector(scatter, channels);
  const projection = new Float64Array(cells);
  for (let i = 0; i < centred.length; i++)
    projection[i % cells]! += centred[i]! * vector[Math.floor(i / cells)]!;
  return projection;
}

function mirror(matrix: Float64Array, size: number): void {
  for (let row = 1; row < size; row++)
    for (let column = 0; column < row; column++) matrix[row * size + column] = matrix[column * size + row]!;
}

/** Subtracts the means of rows and columns and adds that of all: `H M H`. */
function centre(matrix: Float64Array, size: number): void {
  const means = Float64Array.from({ length: size }, (_, row) => {
    const values = matrix.subarray(row * size, (row + 1) * size);
    return values.reduce((sum, value) => sum + value, 0) / size;
  });
  const mean = means.reduce((sum, value) => sum + value, 0) / size;
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++)
      matrix[row * size + column]! += mean - means[row]! - means[column]!;
}

/** At most so many rounds of the power iteration; they end when the vector has come to rest. */
const mostRounds = 2000;
const rest = 1e-12;

/** The power method (Golub and Van Loan, "Matrix computations", 4th ed., 7.3.1), from the longest column. */
function firstEigenvector(matrix: Float64Array, size: number): { vector: Float64Array; value: number } {
  let longest = 0;
  for (let i = 1; i < size; i++) if (matrix[i * size + i]! > matrix[longest * size + longest]!) longest = i;
  let vector = matrix.slice(longest * size, (longest + 1) * size);
  let value = normalise(vector);
  for (let round = 0; round < mostRounds && value > 0; round++) {
    const next = new Float64Array(size);
    for (let row = 0; row < size; row++) {
      let sum = 0;
      for (let column = 0; column < size; column++) sum += matrix[row * size + column]! * vector[column]!;
      next[row] = sum;
    }
    value = normalise(next);
    const change = next.reduce((most, number, i) => Math.max(most, Math.abs(number - vector[i]!)), 0);
    vector = next;
    if (change < rest) break;
  }
  return { vector, value };
}

/** Scales to length 1. @returns the length before; 0 leaves the vector alone */
function normalise(vector: Float64Array): number {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  if (length > 0) for (let i = 0; i < vector.length; i++) vector[i]! /= length;
  return length;
}
