import { type MapWeighting, perChannel, sumOf } from './core/classActivationMap.ts';

/**
 * Grad-CAM: each map by the mean of its gradient.
 *
 *     w_k = (1/Z) Σ_ij ∂S/∂A_k(i, j)     L = ReLU(Σ_k w_k A_k)
 *
 * (Selvaraju et al., "Grad-CAM", ICCV 2017, equations 1 and 2; `A_k` is the k-th map of `Z` cells, `S` the logit of the
 * class, before softmax.) At the last maps `w_k` is the classifier's weight over Z, so the cells before ReLU sum to the
 * logit without its bias; CAM, HiResCAM and XGrad-CAM are the same map there up to the factor Z.
 *
 * @returns weights, [channel]
 */
export const gradCamWeights: MapWeighting = perChannel(
  (_, gradients) => sumOf(gradients.length, (cell) => gradients[cell]!) / gradients.length,
);
