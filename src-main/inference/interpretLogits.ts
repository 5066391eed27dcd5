import type { Analysis } from '../../src-shared/domain/analysis.ts';
import type { ModelCard } from '../../src-shared/domain/modelCard.ts';
import { tumourClasses, type ClassProbabilities } from '../../src-shared/domain/tumourClass.ts';
import { UserError } from '../../src-shared/errors.ts';
import { predictionSet } from '../../src-shared/statistics/predictionSet.ts';
import { softmax } from '../../src-shared/statistics/softmax.ts';

/** The share of true classes that a class set is meant to hold. */
export const wantedCoverage = 0.9;

/**
 * What the logits of one slice say: calibrated probabilities, the class, and the classes that remain at 90 %
 * coverage.
 *
 * The set's threshold is the card's conformal one. A card without one gets 0.9 itself: the smallest set whose
 * probabilities sum to 0.9, which is *not* conformal and no better than the model's calibration.
 *
 * @param logits - in the order of `tumourClasses`
 * @throws UserError 'inference-failed' when a logit is not a number
 */
export function interpretLogits(
  logits: ArrayLike<number>,
  { temperature, conformal }: Pick<ModelCard, 'temperature' | 'conformal'>,
): Pick<Analysis, 'class' | 'probabilities' | 'classSet'> {
  const values = softmax(logits, temperature ?? 1);
  if (values.length !== tumourClasses.length || !values.every(Number.isFinite))
    throw new UserError('inference-failed');
  const classSet = predictionSet(values, conformal?.threshold ?? wantedCoverage).map(
    (index) => tumourClasses[index]!,
  );
  const probabilities = Object.fromEntries(tumourClasses.map((name, index) => [name, values[index]!]));
  return { class: classSet[0]!, probabilities: probabilities as ClassProbabilities, classSet };
}
