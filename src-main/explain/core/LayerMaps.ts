import type { LoadedModel } from '../../../src-shared/domain/inference.ts';

/** One picture's maps at one layer, and the gradient of the score that is explained. */
export interface LayerMaps {
  channels: number;
  rows: number;
  columns: number;
  /** A, [channel][row][column]. */
  activations: Float32Array;
  /** ∂S/∂A, [channel][row][column]. */
  gradients: Float32Array;
}

/**
 * The last maps with the gradient of a weighted sum of logits, without automatic differentiation: behind these maps
 * lie only their means and a linear layer, so with `S = Σ_c v_c y_c`
 *
 *     y_c = b_c + Σ_k w_ck · (1/Z) Σ_ij A_k(i, j)     hence     ∂S/∂A_k(i, j) = (1/Z) Σ_c v_c w_ck
 *
 * for every cell (i, j) of the `Z`: constant in space.
 *
 * @param features - A, [channel][row][column]
 * @param logitWeights - v, one for each class of the card
 * @throws RangeError when the features do not have the card's shape (a bug, not bad input)
 */
export function lastMaps(
  features: Float32Array,
  { card, classifierWeight }: Pick<LoadedModel, 'card' | 'classifierWeight'>,
  logitWeights: ArrayLike<number>,
): LayerMaps {
  const { channels, rows, columns } = card.outputs.features;
  const cells = rows * columns;
  if (features.length !== channels * cells)
    throw new RangeError('features do not have the shape of the card');
  if (classifierWeight.length !== channels * logitWeights.length)
    throw new RangeError('the classifier has another number of classes');
  const gradients = new Float32Array(channels * cells);
  for (let channel = 0; channel < channels; channel++) {
    let sum = 0;
    for (let row = 0; row < logitWeights.length; row++)
      sum += logitWeights[row]! * classifierWeight[row * channels + channel]!;
    gradients.fill(sum / cells, channel * cells, (channel + 1) * cells);
  }
  return { channels, rows, columns, activations: features, gradients };
}
