import { indexOfLargest } from './indexOfLargest.ts';
import { tumourClasses, type TumourClass } from '../domain/tumourClass.ts';
import type { Prediction } from './evaluatePredictions.ts';
import { wilsonInterval, type Interval } from './wilsonInterval.ts';

/** How often healthy slices are called a tumour. */
export interface FalseTumourRate {
  n: number;
  falseTumours: number;
  /** Null where there are no slices. */
  rate: number | null;
  /** Wilson's; the slices of one head are far from independent, so read it as a lower bound of the doubt. */
  interval: Interval | null;
  /** What they were called. */
  answers: Record<TumourClass, number>;
}

/** The rate over all slices, and of each series or volume by itself. */
export interface HealthyHeads extends FalseTumourRate {
  sources: (FalseTumourRate & { source: string })[];
}

/**
 * Counts the tumours that a model sees in slices of healthy heads.
 *
 * @param predictions - of slices without a tumour; `group` names the series or volume
 */
export function falseTumourRate(predictions: readonly Prediction[]): HealthyHeads {
  const bySource = Map.groupBy(predictions, ({ group }) => group);
  return {
    ...rateOf(predictions),
    sources: [...bySource].map(([source, own]) => ({ source, ...rateOf(own) })),
  };
}

function rateOf(predictions: readonly Prediction[]): FalseTumourRate {
  const n = predictions.length;
  const answers = Object.fromEntries(tumourClasses.map((name) => [name, 0])) as Record<TumourClass, number>;
  for (const { logits } of predictions) answers[answerOf(logits)]++;
  const falseTumours = n - answers.no_tumor;
  return {
    n,
    falseTumours,
    rate: n === 0 ? null : falseTumours / n,
    interval: wilsonInterval(falseTumours, n),
    answers,
  };
}

function answerOf(logits: ArrayLike<number>): TumourClass {
  return tumourClasses[indexOfLargest(logits)]!;
}
