/**
 * The smallest set of classes, most likely first, whose probabilities reach a threshold together.
 *
 *     S = { c(1), …, c(m) },   m = min { k : p(1) + … + p(k) >= t },   p(1) >= p(2) >= …
 *
 * Adaptive prediction sets (Romano, Sesia and Candès, NeurIPS 2020, without randomisation). With `t` fitted on
 * held-out slices, the set holds the true class with at least the stated coverage (conformal). With `t` simply
 * set to that coverage it is only as good as the probabilities are calibrated.
 *
 * @param probabilities - one for each class, summing to 1
 * @returns indices of classes, at least one
 */
export function predictionSet(probabilities: readonly number[], threshold: number): number[] {
  const order = probabilities.map((_, index) => index).sort((a, b) => probabilities[b]! - probabilities[a]!);
  // Rounding must not add a class where the sum is 1 up to the last bit.
  const wanted = threshold - 1e-12;
  let sum = 0;
  const size = order.findIndex((index) => (sum += probabilities[index]!) >= wanted);
  return size < 0 ? order : order.slice(0, size + 1);
}
