import { askGradients } from './core/askPictures.ts';
import type { PlainMap, Question } from './core/Question.ts';

/**
 * Integrated gradients: every pixel's share of the way from a black picture to this one.
 *
 *     L(p) = (x(p) − x'(p)) · (1/n) Σ_m ∂y/∂x(p) at x' + (m + 1/2)/n · (x − x'),   x' = 0
 *
 * (Sundararajan et al., "Axiomatic attribution for deep networks", ICML 2017, equations 1 and 3, by the midpoint rule;
 * black is what surrounds a head.) Complete: the values sum to `y(x) − y(x')`, but for the rule's error. Negative values
 * speak against the class.
 *
 * @returns at the size of the picture; no ReLU
 * @throws UserError 'cancelled', or what a run throws
 */
export async function integratedGradients(question: Question): Promise<PlainMap> {
  const { picture, tools, samples } = question;
  const size = tools.model.card.architecture.inputSize;
  const sums = new Float64Array(size * size);
  const onTheWay = (step: number): Float32Array =>
    picture.input.map((grey) => (grey * (step + 0.5)) / samples);
  await askGradients(question, samples, onTheWay, {
    of: 'image',
    onAnswer: (_, { image }) => image.forEach((value, i) => (sums[i]! += value)),
  });
  const values = Float32Array.from(sums, (sum, i) => (picture.input[i]! * sum) / samples);
  return { rows: size, columns: size, values };
}
