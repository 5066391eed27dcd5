import type { LayerMaps } from './LayerMaps.ts';

/**
 * How a method weighs the maps: one number for each channel, [channel], or for each of its cells,
 * [channel][row][column].
 */
export type MapWeighting = (maps: LayerMaps) => Float64Array | Float32Array;

/**
 * What all class activation maps have in common: the maps' weighted sum, of which only what speaks for the score
 * counts.
 *
 *     L(i, j) = ReLU(Σ_k w_k(i, j) · A_k(i, j))
 *
 * @returns [row][column], unscaled
 * @throws RangeError when maps or weights do not have the shape that they state (a bug, not bad input)
 */
export function classActivationMap(maps: LayerMaps, weighting: MapWeighting): Float32Array<ArrayBuffer> {
  const { channels, rows, columns, activations, gradients } = maps;
  const cells = rows * columns;
  if (activations.length !== channels * cells || gradients.length !== channels * cells)
    throw new RangeError('maps and gradients do not have the shape of their layer');
  const weights = weighting(maps);
  const isPerCell = weights.length === channels * cells;
  if (!isPerCell && weights.length !== channels)
    throw new RangeError(`${weights.length} weights for ${channels} channels`);
  const sums = new Float64Array(cells);
  for (let channel = 0, at = 0; channel < channels; channel++) {
    const weight = isPerCell ? 0 : weights[channel]!;
    for (let cell = 0; cell < cells; cell++, at++)
      sums[cell]! += (isPerCell ? weights[at]! : weight) * activations[at]!;
  }
  return Float32Array.from(sums, (sum) => Math.max(sum, 0));
}

/** A weighting with one weight for each channel, from its own activations and gradients. */
export function perChannel(
  weightOf: (activations: Float32Array, gradients: Float32Array, maps: LayerMaps) => number,
): (maps: LayerMaps) => Float64Array {
  return (maps) => {
    const { channels, activations, gradients } = maps;
    const cells = activations.length / channels;
    return Float64Array.from({ length: channels }, (_, channel) => {
      const [start, end] = [channel * cells, (channel + 1) * cells];
      return weightOf(activations.subarray(start, end), gradients.subarray(start, end), maps);
    });
  };
}

/** `Σ_i f(i)` in double precision. */
export function sumOf(count: number, term: (index: number) => number): number {
  let sum = 0;
  for (let index = 0; index < count; index++) sum += term(index);
  return sum;
}
