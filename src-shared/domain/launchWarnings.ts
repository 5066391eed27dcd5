import type { ClassName } from './className.ts';
import type { PlannedSubset, TrainingPlan } from './trainingQueue.ts';
import type { Subset } from './trainingRun.ts';

/** What a person should know before a launch. */
export type LaunchWarning =
  | { kind: 'few-pictures'; subset: Subset; class: ClassName; train: number; validation: number }
  | { kind: 'no-test'; subset: Subset }
  | { kind: 'impossible'; subset: Subset }
  | { kind: 'leak'; pictures: number; of: number }
  | { kind: 'start-saw-test'; pictures: number; of: number; subset: Subset }
  | { kind: 'start-unknown' }
  | { kind: 'shortcut'; property: string; accuracy: number; majority: number }
  | { kind: 'without-plane'; pictures: number }
  | { kind: 'without-class'; pictures: number }
  | { kind: 'unreadable'; files: number };

/** Below this a class is learnt by heart rather than learnt. */
export const fewPictures = 50;

/** So much better than the commonest class, and a property is a shortcut. */
const shortcutMargin = 0.1;

const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);

/**
 * Judges what was found out about a data set for the runs that are to be launched on it: too few of a class, split
 * leaks, a start that saw the test pictures, shortcuts, and pictures that are left out.
 *
 * @param fold - 0-based
 */
export function launchWarnings(plan: TrainingPlan, chosen: readonly Subset[], fold: number): LaunchWarning[] {
  const planned = plan.subsets.filter(({ subset }) => chosen.includes(subset));
  return [
    ...planned.flatMap((subset) => warningsOfSubset(subset, fold)),
    ...leak(plan, fold),
    ...(planned.some(({ testPicturesSeen }) => testPicturesSeen[fold] === null)
      ? [{ kind: 'start-unknown' } as const]
      : []),
    ...shortcut(plan),
    ...(plan.withoutPlane > 0 && chosen.some((subset) => subset !== 'combined')
      ? [{ kind: 'without-plane', pictures: plan.withoutPlane } as const]
      : []),
    ...(plan.withoutClass > 0 ? [{ kind: 'without-class', pictures: plan.withoutClass } as const] : []),
    ...(plan.unreadable > 0 ? [{ kind: 'unreadable', files: plan.unreadable } as const] : []),
  ];
}

function warningsOfSubset(
  { subset, classes, folds, testPicturesSeen }: PlannedSubset,
  fold: number,
): LaunchWarning[] {
  const parts = folds[fold];
  if (parts === undefined || sum(parts.train) === 0 || sum(parts.validation) === 0)
    return [{ kind: 'impossible', subset }];
  const seen = testPicturesSeen[fold] ?? 0;
  const test = sum(parts.test);
  return [
    ...classes.flatMap((name, index): LaunchWarning[] => {
      const [train, validation] = [parts.train[index] ?? 0, parts.validation[index] ?? 0];
      const isFew = train < fewPictures || validation === 0;
      return isFew ? [{ kind: 'few-pictures', subset, class: name, train, validation }] : [];
    }),
    ...(test === 0 ? [{ kind: 'no-test', subset } as const] : []),
    ...(seen > 0 ? [{ kind: 'start-saw-test', subset, pictures: seen, of: test } as const] : []),
  ];
}

function leak({ testWithTwin, subsets }: TrainingPlan, fold: number): LaunchWarning[] {
  const pictures = testWithTwin[fold] ?? 0;
  const all = subsets.find(({ subset }) => subset === 'combined')?.folds[fold];
  return pictures > 0 && all ? [{ kind: 'leak', pictures, of: sum(all.test) }] : [];
}

function shortcut({ shortcuts }: TrainingPlan): LaunchWarning[] {
  const majority = shortcuts.find(({ property }) => property === 'majority')?.accuracy;
  const best = shortcuts.reduce<TrainingPlan['shortcuts'][number] | null>(
    (a, b) => (a === null || b.accuracy > a.accuracy ? b : a),
    null,
  );
  if (majority === undefined || best === null || best.accuracy < majority + shortcutMargin) return [];
  return [{ kind: 'shortcut', ...best, majority }];
}
