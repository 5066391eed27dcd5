import type { ModelComparison } from '../../../src-shared/domain/evaluation.ts';
import type { LoadedModel } from '../../../src-shared/domain/inference.ts';
import { compareByMcNemar } from '../../../src-shared/statistics/compareByMcNemar.ts';
import type { Prediction } from '../../../src-shared/statistics/evaluatePredictions.ts';
import { wilsonInterval } from '../../../src-shared/statistics/wilsonInterval.ts';
import { indexOfLargest } from '../../../src-shared/statistics/indexOfLargest.ts';

/**
 * Compares the evaluated model with another one, slice by slice.
 *
 * @param own - what the evaluated model said
 * @param others - what the other one said, of the same slices in the same order
 * @param other - the other model; its classes are those of both
 */
export function compareAnswers(
  own: readonly Prediction[],
  others: readonly Prediction[],
  other: LoadedModel,
): ModelComparison {
  const { card, name, fingerprint } = other;
  const { classes } = card;
  const isRight = ({ logits, label }: Prediction): boolean => classes[indexOfLargest(logits)] === label;
  const othersRight = others.map(isRight);
  const right = othersRight.filter(Boolean).length;
  return {
    model: name,
    modelFingerprint: fingerprint,
    accuracy: others.length === 0 ? 0 : right / others.length,
    accuracyInterval: wilsonInterval(right, others.length),
    ...compareByMcNemar(own.map(isRight), othersRight),
    seenInTraining: others.filter(({ wasSeen }) => wasSeen).length,
  };
}
