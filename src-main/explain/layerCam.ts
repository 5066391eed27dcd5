import type { MapWeighting } from './core/classActivationMap.ts';

/**
 * Layer-CAM: every cell by its own gradient, where that is positive; finer layers than the last become usable.
 *
 *     L(i, j) = ReLU(Σ_k ReLU(∂S/∂A_k(i, j)) · A_k(i, j))
 *
 * (Jiang et al., "LayerCAM", IEEE Transactions on Image Processing 30, 2021, equations 6 to 8.)
 *
 * @returns weights, [channel][row][column]
 */
export const layerCamWeights: MapWeighting = ({ gradients }) => {
  // A loop, because `Float32Array.from` with a function takes as long as the network.
  const weights = new Float32Array(gradients.length);
  for (let cell = 0; cell < weights.length; cell++) weights[cell] = Math.max(gradients[cell]!, 0);
  return weights;
};
