import { type MapWeighting, perChannel, sumOf } from './core/classActivationMap.ts';

/**
 * Grad-CAM++: cells of one map weighted by how much each alone would have to answer for the class.
 *
 *     α_k(i, j) = g² / (2 g² + g³ · Σ_ab A_k(a, b)),   g = ∂S/∂A_k(i, j)
 *     w_k = Σ_ij α_k(i, j) · ReLU(g)                   L = ReLU(Σ_k w_k A_k)
 *
 * (Chattopadhay et al., "Grad-CAM++", WACV 2018, equations 10, 11 and 19: the score is `exp(S)`, whose second and third
 * derivatives are `exp(S) g²` and `exp(S) g³` in a network of piecewise linear parts, and `exp(S)`, a common factor,
 * is left out.) Where `g` is not above 0 the term is 0, whatever α.
 *
 * @returns weights, [channel]
 */
export const gradCamPlusPlusWeights: MapWeighting = perChannel((activations, gradients) => {
  const total = sumOf(activations.length, (cell) => activations[cell]!);
  return sumOf(gradients.length, (cell) => plusPlusTerm(gradients[cell]!, total));
});

/** `α · ReLU(g)` with one g for the three derivatives; `g²` cancels. Total activations below −2/g have no answer: 0. */
function plusPlusTerm(gradient: number, totalActivation: number): number {
  const denominator = 2 + gradient * totalActivation;
  return gradient > 0 && denominator > 0 ? gradient / denominator : 0;
}
