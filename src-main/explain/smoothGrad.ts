import { addNoise } from './core/addNoise.ts';
import { askGradients } from './core/askPictures.ts';
import type { PlainMap, Question } from './core/Question.ts';

/**
 * SmoothGrad: the gradient by the picture, averaged over noisy copies of it, without its sign.
 *
 *     L(p) = | (1/n) Σ_m ∂y/∂x(p) at x + N(0, σ²) |
 *
 * (Smilkov et al., "SmoothGrad: removing noise by adding noise", arXiv:1706.03825; section 3.1 for the absolute value,
 * since bright on dark and dark on bright may both speak for a class.) How strongly a pixel could change the logit, not
 * whether it speaks for the class.
 *
 * @returns at the size of the picture
 * @throws UserError 'cancelled', or what a run throws
 */
export async function smoothGrad(question: Question): Promise<PlainMap> {
  const { picture, tools, samples, seed } = question;
  const size = tools.model.card.architecture.inputSize;
  const sums = new Float64Array(size * size);
  await askGradients(question, samples, (sample) => addNoise(picture.input, seed, sample), {
    of: 'image',
    onAnswer: (_, { image }) => image.forEach((value, i) => (sums[i]! += value)),
  });
  const values = Float32Array.from(sums, (sum) => Math.abs(sum) / samples);
  return { rows: size, columns: size, values };
}
