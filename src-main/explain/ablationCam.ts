import { type MapWeighting, perChannel, sumOf } from './core/classActivationMap.ts';

/**
 * Ablation-CAM: each map by how much of the score is lost without it.
 *
 *     w_k = (S − S_k) / |S|     L = ReLU(Σ_k w_k A_k)
 *
 * `S_k` is the score with the k-th map set to zero (Desai and Ramaswamy, "Ablation-CAM", WACV 2020, equation 3). The
 * score is linear in the last maps, so `S − S_k = Σ_ij A_k(i, j) · ∂S/∂A_k(i, j)` exactly, and no run is needed.
 *
 * @param score - S, the logit of the class; its size counts and not its sign, so that a logit below zero turns nothing over
 * @returns weights, [channel]
 */
export function ablationCamWeights(score: number): MapWeighting {
  return perChannel(
    (activations, gradients) =>
      sumOf(activations.length, (cell) => activations[cell]! * gradients[cell]!) / Math.abs(score),
  );
}
