/**
 * The mean surprise at the true class, in nats.
 *
 *     L = 1/n sum of (log sum over c of exp(z_c / T) - z_true / T)
 *
 * `z` are the logits and `T` the temperature. From logits, so that a confident mistake is large and not infinite.
 */
export function crossEntropy(
  logits: readonly ArrayLike<number>[],
  labels: readonly number[],
  temperature = 1,
): number {
  const total = logits.reduce((sum, row, i) => sum + surprise(row, labels[i]!, temperature), 0);
  return logits.length === 0 ? 0 : total / logits.length;
}

function surprise(row: ArrayLike<number>, label: number, temperature: number): number {
  let largest = -Infinity;
  for (let c = 0; c < row.length; c++) largest = Math.max(largest, row[c]! / temperature);
  let sum = 0;
  for (let c = 0; c < row.length; c++) sum += Math.exp(row[c]! / temperature - largest);
  return Math.log(sum) + largest - row[label]! / temperature;
}
