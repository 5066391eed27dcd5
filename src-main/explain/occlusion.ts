import { askPictures } from './core/askPictures.ts';
import type { PlainMap, Question } from './core/Question.ts';

/** Cells along either axis: 16 pixels each at 224. */
const cellsAlong = 14;

/**
 * Occlusion: how much the logit falls when a square is covered.
 *
 *     L(i, j) = y(x) − y(x with a black square of two by two cells around the cell (i, j))
 *
 * (Zeiler and Fergus, "Visualizing and understanding convolutional networks", ECCV 2014, section 4.2; the logit instead
 * of the probability, which saturates.) Squares overlap by half and are cut at the border. Negative where the class
 * gains by being covered; there is no ReLU.
 *
 * @throws UserError 'cancelled', or what a run throws
 */
export async function occlusion(question: Question): Promise<PlainMap> {
  const { picture, tools, classIndex } = question;
  const size = tools.model.card.architecture.inputSize;
  const cell = size / cellsAlong;
  const values = new Float32Array(cellsAlong ** 2);
  const covered = (index: number): Float32Array => {
    const input = Float32Array.from(picture.input);
    const bounds = (place: number): [number, number] => [
      Math.max(0, Math.round((place - 0.5) * cell)),
      Math.min(size, Math.round((place + 1.5) * cell)),
    ];
    const [top, bottom] = bounds(Math.floor(index / cellsAlong));
    const [left, right] = bounds(index % cellsAlong);
    for (let row = top; row < bottom; row++) input.fill(0, row * size + left, row * size + right);
    return input;
  };
  await askPictures(question, values.length, covered, {
    onAnswer: (index, logits) => (values[index] = picture.logits[classIndex]! - logits[classIndex]!),
  });
  return { rows: cellsAlong, columns: cellsAlong, values };
}
