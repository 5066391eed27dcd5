/**
 * Shortens a gradient to a norm where it is longer: g ← g · min(1, c / ‖g‖) (Pascanu et al., ICML 2013).
 *
 * @param mostNorm - c; null leaves the gradient as it is
 * @returns ‖g‖ before, over all parameters
 */
export function clipGradient(gradients: Float32Array, mostNorm: number | null): number {
  let squares = 0;
  for (let i = 0; i < gradients.length; i++) squares += gradients[i]! * gradients[i]!;
  const norm = Math.sqrt(squares);
  if (mostNorm === null || norm <= mostNorm) return norm;
  const factor = mostNorm / norm;
  for (let i = 0; i < gradients.length; i++) gradients[i] = gradients[i]! * factor;
  return norm;
}
