import type { PartFigures } from '../domain/evaluation.ts';
import { differenceInterval } from './differenceInterval.ts';
import type { Evaluation } from './evaluatePredictions.ts';
import { decimal, percent, percentInterval } from './figureTexts.ts';
import type { Interval } from './wilsonInterval.ts';

/** The difference of the test part to the validation part, test minus validation; null without intervals. */
export function testMinusValidation(evaluation: Evaluation, validation: PartFigures): Interval | null {
  const own = evaluation.groupedIntervals.accuracy;
  const other = validation.accuracyInterval;
  if (own === null || other === null) return null;
  return differenceInterval(
    { value: evaluation.accuracy, interval: own },
    { value: validation.accuracy, interval: other },
  );
}

/**
 * How far the part on which the model was chosen can be trusted, in sentences: the figures of both parts, their
 * difference with its interval, and what that means.
 */
export function validationTexts(evaluation: Evaluation, validation: PartFigures): string[] {
  const difference = evaluation.accuracy - validation.accuracy;
  const interval = testMinusValidation(evaluation, validation);
  return [
    `On the validation part (${validation.n} slices in ${validation.groups} groups), by which the best epoch and the temperature are chosen, it is right on ${percent(validation.accuracy)} (by groups ${percentInterval(validation.accuracyInterval)}); on the test part (${evaluation.n} in ${evaluation.groups}) on ${percent(evaluation.accuracy)} (${percentInterval(evaluation.groupedIntervals.accuracy)}).`,
    `Macro F1 ${decimal(validation.macroF1)} against ${decimal(evaluation.macro.f1)}, mean cross-entropy ${decimal(validation.loss)} against ${decimal(evaluation.loss)}.`,
    interval === null
      ? 'There are too few groups to say how sure the difference is.'
      : `The test part is ${points(difference)} (95% interval ${signed(interval[0])} to ${signed(interval[1])} points): ${verdict(interval)}`,
  ];
}

function verdict([low, high]: Interval): string {
  if (high < 0)
    return 'more than chance explains. The model was fitted to the validation part by being chosen on it; expect the test figure, or less.';
  if (low > 0) return 'better than chance explains. The test part may be easier; trust the lower figure.';
  return 'no more than chance explains.';
}

function points(difference: number): string {
  const size = Math.abs(100 * difference).toFixed(1);
  if (size === '0.0') return 'as good';
  return `${size} points ${difference < 0 ? 'lower' : 'higher'}`;
}

function signed(difference: number): string {
  const size = Math.abs(100 * difference).toFixed(1);
  return size === '0.0' ? '0.0' : `${difference < 0 ? '−' : '+'}${size}`;
}
