import { upsample } from '../../src-shared/imaging/upsample.ts';
import { RandomStream } from '../../src-shared/statistics/RandomStream.ts';
import { softmax } from '../../src-shared/statistics/softmax.ts';
import { askPictures } from './core/askPictures.ts';
import type { PlainMap, Question } from './core/Question.ts';

/** Cells of a mask along either axis, and the share of them that stays visible, as in the paper. */
const gridSize = 7;
const visible = 0.5;

/**
 * RISE: the mean of random masks, each weighted by the probability of the class behind it.
 *
 *     L(p) = 1 / (N · E[M]) · Σ_n P(class | x ∘ M_n) · M_n(p)
 *
 * (Petsiuk et al., "RISE", BMVC 2018, equation 6. A mask is a 7 × 7 grid of zeros and ones, enlarged by interpolation to
 * eight cells and moved at random by less than one, section 3.2; E[M] = 0.5.) The n-th mask of a seed is always the same.
 *
 * @returns at the size of the picture; never negative
 * @throws UserError 'cancelled', or what a run throws
 */
export async function rise(question: Question): Promise<PlainMap> {
  const { picture, tools, classIndex, samples, seed } = question;
  const size = tools.model.card.architecture.inputSize;
  const sums = new Float64Array(size * size);
  /** Of the pictures that are under way. */
  const masks = new Map<number, Float32Array>();
  const masked = (index: number): Float32Array => {
    const mask = randomMask(size, seed, index);
    masks.set(index, mask);
    return picture.input.map((grey, i) => grey * mask[i]!);
  };
  await askPictures(question, samples, masked, {
    onAnswer(index, logits) {
      const probability = softmax(logits, 1)[classIndex]!;
      const mask = masks.get(index)!;
      masks.delete(index);
      for (let i = 0; i < mask.length; i++) sums[i]! += probability * mask[i]!;
    },
  });
  const values = Float32Array.from(sums, (sum) => sum / (samples * visible));
  return { rows: size, columns: size, values };
}

function randomMask(size: number, seed: number, index: number): Float32Array {
  const random = new RandomStream(seed, index);
  const grid = Float32Array.from({ length: gridSize ** 2 }, () => (random.happens(visible) ? 1 : 0));
  const cell = Math.ceil(size / gridSize);
  const side = (gridSize + 1) * cell;
  const large = upsample(grid, { rows: gridSize, columns: gridSize }, { rows: side, columns: side });
  const [top, left] = [random.integer(cell), random.integer(cell)];
  const mask = new Float32Array(size * size);
  for (let row = 0; row < size; row++) {
    const start = (top + row) * side + left;
    mask.set(large.subarray(start, start + size), row * size);
  }
  return mask;
}
