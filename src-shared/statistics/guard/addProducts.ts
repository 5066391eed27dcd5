/** Vectors whose products are added in one walk through the matrix, which has no room in the cache. */
const atOnce = 4;

/**
 * Adds weight · x xᵀ of each vector to the upper triangle of a square matrix, in the order of the vectors.
 *
 * @param vectors - each as long as the matrix has rows
 * @param weightOf - the weight of a vector, by its place
 */
export function addProducts(
  matrix: Float64Array,
  vectors: readonly Float64Array[],
  weightOf: (place: number) => number,
): void {
  const fours = vectors.length - (vectors.length % atOnce);
  for (let place = 0; place < fours; place += atOnce) {
    const [first, second, third, fourth] = vectors.slice(place, place + atOnce) as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    const weights = [0, 1, 2, 3].map((k) => weightOf(place + k)) as [number, number, number, number];
    const { length } = first;
    for (let i = 0; i < length; i++) {
      const row = i * length;
      const a = weights[0] * first[i]!;
      const b = weights[1] * second[i]!;
      const c = weights[2] * third[i]!;
      const d = weights[3] * fourth[i]!;
      for (let j = i; j < length; j++)
        matrix[row + j] = matrix[row + j]! + a * first[j]! + b * second[j]! + c * third[j]! + d * fourth[j]!;
    }
  }
  for (let place = fours; place < vectors.length; place++)
    addProduct(matrix, vectors[place]!, weightOf(place));
}

function addProduct(matrix: Float64Array, x: Float64Array, weight: number): void {
  const { length } = x;
  for (let i = 0; i < length; i++) {
    const [row, factor] = [i * length, weight * x[i]!];
    for (let j = i; j < length; j++) matrix[row + j]! += factor * x[j]!;
  }
}
