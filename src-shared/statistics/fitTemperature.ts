import { softmax } from './softmax.ts';

const leastTemperature = 0.05;
const largestTemperature = 20;
const steps = 60;

/**
 * The temperature under which held-out slices surprise the model least (Guo et al., ICML 2017).
 *
 *     minimise L(b) = 1/n sum of (log sum over c of exp(b z_c) - b z_true),   b = 1 / T
 *     L' = 1/n sum of (E_p[z] - z_true),   L'' = 1/n sum of Var_p[z] >= 0
 *
 * L is convex in b, so Newton's step is taken wherever it stays between the two points that are known to enclose
 * the minimum, and their middle otherwise. The result stays within 0.05…20.
 *
 * Where every answer is right, L falls for ever as T does: such a part says nothing about how sure wrong answers ought
 * to be, and a temperature near 0 would make every later mistake look certain.
 *
 * @param logits - of a validation part that the model was not trained on, one row each
 * @returns 1 where there is nothing to fit on, or no wrong answer among it
 */
export function fitTemperature(logits: readonly ArrayLike<number>[], labels: readonly number[]): number {
  if (logits.every((row, i) => isRight(row, labels[i]!))) return 1;
  let [below, above] = [1 / largestTemperature, 1 / leastTemperature];
  let inverse = 1;
  for (let step = 0; step < steps; step++) {
    const { slope, curvature } = derivatives(logits, labels, inverse);
    if (slope > 0) above = inverse;
    else below = inverse;
    const newton = inverse - slope / curvature;
    const next = newton > below && newton < above ? newton : (below + above) / 2;
    if (Math.abs(next - inverse) <= 1e-12 * inverse) break;
    inverse = next;
  }
  return 1 / inverse;
}

function isRight(row: ArrayLike<number>, label: number): boolean {
  return Array.from(row).every((logit, c) => c === label || logit < row[label]!);
}

function derivatives(
  logits: readonly ArrayLike<number>[],
  labels: readonly number[],
  inverse: number,
): { slope: number; curvature: number } {
  let [slope, curvature] = [0, 0];
  logits.forEach((row, i) => {
    const probabilities = softmax(row, 1 / inverse);
    const mean = probabilities.reduce((sum, p, c) => sum + p * row[c]!, 0);
    slope += mean - row[labels[i]!]!;
    curvature += probabilities.reduce((sum, p, c) => sum + p * (row[c]! - mean) ** 2, 0);
  });
  return { slope: slope / logits.length, curvature: curvature / logits.length };
}
