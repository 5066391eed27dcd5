import { expect, test } from 'vitest';
import { launchWarnings } from './launchWarnings.ts';
import { showingsInEpoch } from './trainingRun.ts';
import { expectedRunMs, type TrainingPlan } from './trainingQueue.ts';
import { tumourClasses } from './tumourClass.ts';

const plan: TrainingPlan = {
  plan: 'p',
  pictures: 1000,
  unreadable: 0,
  withoutClass: 0,
  withoutPlane: 0,
  labels: null,
  fingerprint: 'f',
  splitSha256: 's',
  testWithTwin: [0],
  shortcuts: [
    { property: 'majority', accuracy: 0.3 },
    { property: 'size', accuracy: 0.39 },
  ],
  subsets: [
    {
      subset: 'combined',
      classes: tumourClasses,
      folds: [{ train: [200, 200, 200, 200], validation: [25, 25, 25, 25], test: [25, 25, 25, 25] }],
      testPicturesSeen: [0],
    },
  ],
  startName: 'random',
};
const [combined] = plan.subsets as [TrainingPlan['subsets'][number]];
const withCombined = (change: Partial<typeof combined>): TrainingPlan => {
  return { ...plan, subsets: [{ ...combined, ...change }] };
};

test('a sound plan has no warning', () => {
  expect(launchWarnings(plan, ['combined'], 0)).toEqual([]);
});

test('each finding is named with its numbers', () => {
  expect(launchWarnings({ ...plan, testWithTwin: [58] }, ['combined'], 0)).toEqual([
    { kind: 'leak', pictures: 58, of: 100 },
  ]);
  const few = withCombined({
    folds: [{ train: [200, 49, 50, 200], validation: [25, 25, 0, 25], test: [0, 0, 0, 0] }],
  });
  expect(launchWarnings(few, ['combined'], 0)).toEqual([
    { kind: 'few-pictures', subset: 'combined', class: 'meningioma_tumor', train: 49, validation: 25 },
    { kind: 'few-pictures', subset: 'combined', class: 'no_tumor', train: 50, validation: 0 },
    { kind: 'no-test', subset: 'combined' },
  ]);
  expect(launchWarnings(withCombined({ testPicturesSeen: [7] }), ['combined'], 0)).toEqual([
    { kind: 'start-saw-test', subset: 'combined', pictures: 7, of: 100 },
  ]);
  expect(launchWarnings(withCombined({ testPicturesSeen: [null] }), ['combined'], 0)).toEqual([
    { kind: 'start-unknown' },
  ]);
  const shortcuts = [...plan.shortcuts, { property: 'all', accuracy: 0.87 }];
  expect(launchWarnings({ ...plan, shortcuts }, ['combined'], 0)).toEqual([
    { kind: 'shortcut', property: 'all', accuracy: 0.87, majority: 0.3 },
  ]);
});

test('a subset or fold without pictures is impossible, and unlabelled planes matter to subsets of planes alone', () => {
  expect(launchWarnings(plan, ['combined'], 1)).toEqual([{ kind: 'impossible', subset: 'combined' }]);
  expect(launchWarnings({ ...plan, withoutPlane: 4 }, ['combined'], 0)).toEqual([]);
  expect(launchWarnings({ ...plan, withoutPlane: 4 }, ['axial'], 0)).toEqual([
    { kind: 'without-plane', pictures: 4 },
  ]);
});

test('the expected time counts training pictures by the step and the others by the forward pass', () => {
  const timing = { trainMsPerPicture: 40, validateMsPerPicture: 10 };
  expect(expectedRunMs(10, { shown: 100, validation: 20, test: 10 }, timing)).toBe(10 * (4000 + 200) + 300);
});

test('an epoch that enlarges scarce classes shows each as often as the largest; an absent one stays absent', () => {
  const perClass = [30, 7, 0, 12];
  expect(showingsInEpoch('enlarged', perClass)).toBe(90);
  expect(showingsInEpoch('shuffled', perClass)).toBe(49);
  expect(showingsInEpoch('balanced', perClass)).toBe(49);
});
