/**
 * The inner product of a vector with each axis, four axes at a time, so that each number of the vector is read once for
 * four of them and no sum waits for another. Every sum is in the order of its coordinates.
 *
 *     out(k) = Σ axes(k, i) · vector(i)
 *
 * @param axes - [axis][coordinate]
 * @param length - coordinates of an axis
 */
export function alongAxes(
  axes: Float32Array | Float64Array,
  length: number,
  vector: Float64Array,
): Float64Array<ArrayBuffer> {
  const out = new Float64Array(axes.length / length);
  const fours = out.length - (out.length % 4);
  for (let k = 0, first = 0; k < fours; k += 4, first += 4 * length) {
    let [a, b, c, d] = [0, 0, 0, 0];
    const [second, third, fourth] = [first + length, first + 2 * length, first + 3 * length];
    for (let i = 0; i < length; i++) {
      const value = vector[i]!;
      a += axes[first + i]! * value;
      b += axes[second + i]! * value;
      c += axes[third + i]! * value;
      d += axes[fourth + i]! * value;
    }
    out[k] = a;
    out[k + 1] = b;
    out[k + 2] = c;
    out[k + 3] = d;
  }
  for (let k = fours; k < out.length; k++)
    for (let i = 0; i < length; i++) out[k]! += axes[k * length + i]! * vector[i]!;
  return out;
}
