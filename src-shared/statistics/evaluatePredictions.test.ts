import { expect, test } from 'vitest';
import { planes } from '../domain/plane.ts';
import { tumourClasses } from '../domain/tumourClass.ts';
import { evaluatePredictions, evaluationCurves, type Prediction } from './evaluatePredictions.ts';
import { fitCalibration } from './fitCalibration.ts';
import { RandomStream } from './RandomStream.ts';

/** Slices of a model that is often right and always too sure; four of each group err alike. */
function drawPredictions(count: number, seed: number): Prediction[] {
  return Array.from({ length: count }, (_, i) => {
    const group = Math.floor(i / 4);
    const random = new RandomStream(seed, group);
    const label = tumourClasses[random.integer(4)]!;
    const answer = random.happens(0.85) ? label : tumourClasses[random.integer(4)]!;
    const jitter = new RandomStream(seed, group, i);
    const logits = tumourClasses.map((name) => 4 * jitter.uniform() + (name === answer ? 5 : 0));
    return {
      logits,
      label,
      plane: random.happens(0.1) ? null : planes[random.integer(3)]!,
      path: `Testing/${label}/${i}.jpg`,
      group: String(group),
      wasSeen: i < 5,
    };
  });
}

const predictions = drawPredictions(400, 3);
const uncalibrated = { temperature: null, conformal: null };
const calibration = { temperature: 2, conformal: { coverage: 0.9, threshold: 0.93 } };
const options = { samples: 120 };

test('every slice is counted once: in the matrix, the planes, the supports and the columns', () => {
  const evaluation = evaluatePredictions(predictions, calibration, options);
  const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, value) => total + value, 0);
  expect(evaluation.n).toBe(400);
  expect(evaluation.groups).toBe(100);
  expect(evaluation.seenInTraining).toBe(5);
  expect(sum(evaluation.confusion.flat())).toBe(400);
  expect(sum(Object.values(evaluation.perClass).map(({ support }) => support))).toBe(400);
  expect(sum(Object.values(evaluation.perPlane!).map(({ n }) => n))).toBe(400);
  expect(Object.keys(evaluation.perPlane!)).toEqual(['axial', 'sagittal', 'coronal', 'unknown']);
  const { confidences, reliability } = evaluationCurves(predictions, calibration);
  expect(sum(confidences.map(({ right, wrong }) => right + wrong))).toBe(400);
  expect(sum(confidences.map(({ right }) => right)) / 400).toBeCloseTo(evaluation.accuracy, 12);
  expect(sum(reliability.before.map(({ count }) => count))).toBe(400);
});

test('a matrix of planes adds up to the whole, and meningiomas called healthy are counted from it', () => {
  const { confusion, perPlane, meningiomaAsNoTumor, perClass, meningiomaAsNoTumorInterval } =
    evaluatePredictions(predictions, uncalibrated, options);
  const added = confusion.map((row, i) =>
    row.map((_, j) => Object.values(perPlane!).reduce((sum, plane) => sum + plane.confusion[i]![j]!, 0)),
  );
  expect(added).toEqual(confusion);
  expect(meningiomaAsNoTumor).toBe(confusion[1]![2]);
  const share = meningiomaAsNoTumor! / perClass.meningioma_tumor!.support;
  expect(meningiomaAsNoTumorInterval![0]).toBeLessThanOrEqual(share);
  expect(meningiomaAsNoTumorInterval![1]).toBeGreaterThanOrEqual(share);
});

test('a temperature changes confidence and loss, never the answer', () => {
  const before = evaluatePredictions(predictions, uncalibrated, options);
  const fitted = fitCalibration(predictions, 0.9);
  const after = evaluatePredictions(predictions, fitted, options);
  expect(after.confusion).toEqual(before.confusion);
  expect(after.loss).toBe(before.loss);
  expect(after.ece).toBe(before.ece);
  expect([before.lossCalibrated, before.eceCalibrated, before.classSets]).toEqual([null, null, null]);
  expect(after.lossCalibrated).toBeLessThan(after.loss);
  expect(after.eceCalibrated).not.toBeNull();
  expect(after.classSets!.coverage).toBeGreaterThanOrEqual(0.9);
});

test('mistakes are all wrong answers, the most confident first', () => {
  const { mistakes, accuracy } = evaluatePredictions(predictions, calibration, {
    ...options,
    mostMistakes: 1000,
  });
  expect(mistakes.length).toBe(Math.round(400 * (1 - accuracy)));
  expect(mistakes.every(({ label, answer }) => label !== answer)).toBe(true);
  const confidences = mistakes.map(({ probability }) => probability);
  expect([...confidences].sort((a, b) => b - a)).toEqual(confidences);
  expect(evaluatePredictions(predictions, calibration, { ...options, mostMistakes: 3 }).mistakes).toEqual(
    mistakes.slice(0, 3),
  );
});

test('intervals by groups hold their figures, repeat themselves, and survive JSON', () => {
  const evaluation = evaluatePredictions(predictions, calibration, options);
  const { groupedIntervals, accuracy, rocAuc, prAuc } = evaluation;
  for (const [figure, interval] of [
    [accuracy, groupedIntervals.accuracy],
    [rocAuc!, groupedIntervals.rocAuc],
    [prAuc!, groupedIntervals.prAuc],
  ] as const) {
    expect(interval![0]).toBeLessThan(figure);
    expect(interval![1]).toBeGreaterThan(figure);
  }
  expect(evaluatePredictions(predictions, calibration, options)).toEqual(evaluation);
  expect(JSON.parse(JSON.stringify(evaluation))).toEqual(evaluation);
});

test('no slices, or slices of one class, give empty figures and no crash', () => {
  const nothing = evaluatePredictions([], calibration, options);
  expect(nothing).toMatchObject({ n: 0, accuracy: 0, accuracyInterval: null, rocAuc: null, mistakes: [] });
  const healthy = predictions.filter(({ label }) => label === 'no_tumor');
  const { rocAuc, perClass } = evaluatePredictions(healthy, calibration, options);
  expect(rocAuc).toBeNull();
  expect(perClass.no_tumor!.recall).toBeGreaterThan(0.5);
  expect(perClass.glioma_tumor!.recall).toBeNull();
});

test('planes are classes like others: same figures, nothing of tumours', () => {
  const drawn = Array.from({ length: 90 }, (_, i): Prediction => {
    const label = planes[i % 3]!;
    const answer = i % 10 === 0 ? 'coronal' : label;
    const logits = planes.map((name) => (name === answer ? 4 + (i % 7) / 7 : 0));
    return { logits, label, plane: label, path: `${i}.png`, group: String(i), wasSeen: false };
  });
  const evaluation = evaluatePredictions(drawn, uncalibrated, { ...options, classes: planes });
  // Of the nine slices that are called coronal, three are.
  expect(evaluation.accuracy).toBeCloseTo(84 / 90, 12);
  expect(evaluation.confusion).toEqual([
    [27, 0, 3],
    [0, 27, 3],
    [0, 0, 30],
  ]);
  expect(Object.keys(evaluation.perClass)).toEqual([...planes]);
  expect(evaluation).toMatchObject({ perPlane: null, meningiomaAsNoTumor: null });
  expect(evaluation.meningiomaAsNoTumorInterval).toBeNull();
  expect(Object.keys(evaluationCurves(drawn, uncalibrated, planes).perClass)).toEqual([...planes]);
  expect(fitCalibration(drawn, 0.9, planes).temperature).toBeGreaterThan(0);
});
