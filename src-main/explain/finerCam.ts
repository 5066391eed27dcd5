import type { MapWeighting } from './core/classActivationMap.ts';
import { gradCamWeights } from './gradCam.ts';

/**
 * Finer-CAM: Grad-CAM of the difference of two logits, "why this class and not that one".
 *
 *     S = y_c − γ y_d     w_k = (1/Z) Σ_ij ∂S/∂A_k(i, j)     L = ReLU(Σ_k w_k A_k)
 *
 * (Zhang et al., "Finer-CAM: spotting the difference reveals finer details for visual explanation", CVPR 2025, equation
 * 5, with γ = 1: what both classes have in common cancels.) The maps come with the gradient of that difference.
 *
 * @returns weights, [channel]
 */
export const finerCamWeights: MapWeighting = gradCamWeights;

/** v of `S = Σ_c v_c y_c` in the order of the classes: 1 at the class, −1 at the one that it is told apart from. */
export function differenceOfLogits(
  classes: number,
  classIndex: number,
  againstIndex: number | null,
): Float32Array<ArrayBuffer> {
  const weights = new Float32Array(classes);
  weights[classIndex]! += 1;
  if (againstIndex !== null) weights[againstIndex]! -= 1;
  return weights;
}
