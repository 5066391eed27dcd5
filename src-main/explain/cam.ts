import { type MapWeighting, perChannel } from './core/classActivationMap.ts';

/**
 * CAM: the classifier's own weights over the last maps.
 *
 *     L(i, j) = ReLU(Σ_k w_k A_k(i, j))
 *
 * `w_k` is the weight of the k-th pooled feature for the class (Zhou et al., "Learning deep features for discriminative
 * localization", CVPR 2016, equation 2). It is read off the gradient, `w_k = Z · ∂S/∂A_k`, which is the same number at
 * every one of the `Z` cells: only the last maps, before the mean, have a CAM.
 *
 * @returns weights, [channel]
 */
export const camWeights: MapWeighting = perChannel(
  (activations, gradients) => activations.length * gradients[0]!,
);
