import type { RandomStream } from '../../../src-shared/statistics/RandomStream.ts';

/**
 * A random matrix [rows][columns] whose rows, or whose columns where there are fewer of them, have length 1 and stand
 * at right angles to each other, in directions of which none is preferred.
 *
 * Normal numbers, made orthogonal by the modified Gram-Schmidt process (Saxe, McClelland and Ganguli, ICLR 2014). A
 * second pass over each vector makes up for what rounding left (Giraud et al. 2005: twice is enough).
 */
export function orthonormalMatrix(
  rows: number,
  columns: number,
  random: RandomStream,
): Float32Array<ArrayBuffer> {
  const count = Math.min(rows, columns);
  const length = Math.max(rows, columns);
  const vectors: Float64Array[] = [];
  while (vectors.length < count) {
    const numbers = new Float32Array(length);
    random.addNormal(numbers, 1);
    const vector = Float64Array.from(numbers);
    for (let pass = 0; pass < 2; pass++) {
      for (const other of vectors) subtractShadow(vector, other);
      normalise(vector);
    }
    vectors.push(vector);
  }
  return Float32Array.from({ length: rows * columns }, (_, place) => {
    const [row, column] = [Math.floor(place / columns), place % columns];
    return rows <= columns ? vectors[row]![column]! : vectors[column]![row]!;
  });
}

/** `v ← v − (v · u) u` */
function subtractShadow(vector: Float64Array, unit: Float64Array): void {
  let product = 0;
  for (let i = 0; i < unit.length; i++) product += vector[i]! * unit[i]!;
  for (let i = 0; i < unit.length; i++) vector[i]! -= product * unit[i]!;
}

function normalise(vector: Float64Array): void {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  for (let i = 0; i < vector.length; i++) vector[i]! /= length;
}
