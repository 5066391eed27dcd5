import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { expectedCalibrationError, reliabilityBins } from '../../src-shared/statistics/calibration.ts';
import { classReport } from '../../src-shared/statistics/classReport.ts';
import { compareByMcNemar } from '../../src-shared/statistics/compareByMcNemar.ts';
import { confusionMatrix } from '../../src-shared/statistics/confusionMatrix.ts';
import { crossEntropy } from '../../src-shared/statistics/crossEntropy.ts';
import { fitTemperature } from '../../src-shared/statistics/fitTemperature.ts';
import { rankingCurves } from '../../src-shared/statistics/rankingCurves.ts';
import { softmax } from '../../src-shared/statistics/softmax.ts';
import { wilsonInterval } from '../../src-shared/statistics/wilsonInterval.ts';

interface Means {
  precision: number;
  recall: number;
  f1: number;
}

/** Numbers of scikit-learn, scipy and statsmodels; the file says how they were made. */
interface Golden {
  confusion: number[][];
  perClass: (Means & { support: number })[];
  macro: Means;
  weighted: Means;
  accuracyInterval: [number, number];
  wilson: { k: number; n: number; interval: [number, number] }[];
  rocAreas: number[];
  averagePrecision: number[];
  tied: { roc: number[]; ap: number[] };
  loss: number;
  temperature: number;
  lossCalibrated: number;
  ece: number;
  mcnemar: { b: number; c: number; p: number }[];
}

const golden = JSON.parse(readFileSync(new URL('statistics.json', import.meta.url), 'utf8')) as Golden;

let state = 1;
const uniform = (): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
};
const slices = Array.from({ length: 240 }, () => {
  const label = Math.floor(4 * uniform());
  const logits = [0, 1, 2, 3].map((c) => 2.5 * (Math.round(400 * uniform()) / 100 + (c === label ? 1.8 : 0)));
  return { label, logits, probabilities: softmax(logits) };
});
const labels = slices.map(({ label }) => label);
const logits = slices.map((slice) => slice.logits);
const confidences = slices.map(({ probabilities }) => Math.max(...probabilities));
const predictions = slices.map(({ probabilities }, i) => probabilities.indexOf(confidences[i]!));
const close = (value: number | null | undefined, expected: number): void =>
  expect(value).toBeCloseTo(expected, 10);

test('confusion matrix, per-class scores and their means', () => {
  const matrix = confusionMatrix(labels, predictions, 4);
  expect(matrix).toEqual(golden.confusion);
  const report = classReport(matrix);
  report.perClass.forEach((scores, i) => {
    for (const name of ['precision', 'recall', 'f1', 'support'] as const)
      close(scores[name], golden.perClass[i]![name]);
  });
  for (const name of ['precision', 'recall', 'f1'] as const) {
    close(report.macro[name], golden.macro[name]);
    close(report.weighted[name], golden.weighted[name]);
  }
  close(report.accuracyInterval?.[0], golden.accuracyInterval[0]);
  close(report.accuracyInterval?.[1], golden.accuracyInterval[1]);
});

test.each(golden.wilson)('Wilson’s interval of $k in $n', ({ k, n, interval }) => {
  const found = wilsonInterval(k, n)!;
  close(found[0], interval[0]);
  close(found[1], interval[1]);
});

test('areas under ROC and precision-recall curves, with ties and without', () => {
  for (const [c, expected] of golden.rocAreas.entries()) {
    const isPositive = labels.map((label) => label === c);
    const scores = slices.map(({ probabilities }) => probabilities[c]!);
    close(rankingCurves(scores, isPositive).rocArea, expected);
    close(rankingCurves(scores, isPositive).averagePrecision, golden.averagePrecision[c]!);
    const tied = rankingCurves(
      scores.map((score) => Math.round(10 * score) / 10),
      isPositive,
    );
    close(tied.rocArea, golden.tied.roc[c]!);
    close(tied.averagePrecision, golden.tied.ap[c]!);
  }
});

test('loss, calibration error, and the temperature that minimises the loss', () => {
  close(crossEntropy(logits, labels), golden.loss);
  const isRight = labels.map((label, i) => label === predictions[i]);
  close(expectedCalibrationError(reliabilityBins(confidences, isRight)), golden.ece);
  const temperature = fitTemperature(logits, labels);
  expect(temperature).toBeCloseTo(golden.temperature, 6);
  close(crossEntropy(logits, labels, temperature), golden.lossCalibrated);
});

test.each(golden.mcnemar)('McNemar’s test of $b against $c', ({ b, c, p }) => {
  const first = [...Array<boolean>(b).fill(true), ...Array<boolean>(c).fill(false), true, false];
  const second = [...Array<boolean>(b).fill(false), ...Array<boolean>(c).fill(true), true, false];
  const result = compareByMcNemar(first, second);
  expect([result.onlyFirst, result.onlySecond]).toEqual([b, c]);
  close(result.pValue, p);
});
