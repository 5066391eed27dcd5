/**
 * Turns logits into probabilities that sum to 1.
 *
 *     p_c = exp(z_c / T) / sum over j of exp(z_j / T)
 *
 * `z` are the logits and `T` the temperature: above 1 it makes an over-confident model more modest without
 * changing its order (Guo et al., ICML 2017). The largest logit is subtracted first, so nothing overflows.
 */
export function softmax(logits: ArrayLike<number>, temperature = 1): number[] {
  const scaled = Array.from(logits, (logit) => logit / temperature);
  const largest = Math.max(...scaled);
  const powers = scaled.map((value) => Math.exp(value - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
