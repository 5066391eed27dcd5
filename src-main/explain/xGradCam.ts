import { type MapWeighting, perChannel, sumOf } from './core/classActivationMap.ts';

/**
 * XGrad-CAM: the gradient's mean weighted by the activation.
 *
 *     w_k = Σ_ij (A_k(i, j) / Σ_ab A_k(a, b)) · ∂S/∂A_k(i, j)     L = ReLU(Σ_k w_k A_k)
 *
 * (Fu et al., "Axiom-based Grad-CAM", BMVC 2020, equation 8.) A map that is zero everywhere gets weight 0; it adds
 * nothing either way.
 *
 * @returns weights, [channel]
 */
export const xGradCamWeights: MapWeighting = perChannel((activations, gradients) => {
  const total = sumOf(activations.length, (cell) => activations[cell]!);
  if (total === 0) return 0;
  return sumOf(activations.length, (cell) => activations[cell]! * gradients[cell]!) / total;
});
