import { expect, test } from 'vitest';
import { expectedCalibrationError, reliabilityBins } from './calibration.ts';
import { crossEntropy } from './crossEntropy.ts';
import { fitConformalThreshold } from './fitConformalThreshold.ts';
import { fitTemperature } from './fitTemperature.ts';
import { predictionSet } from './predictionSet.ts';
import { RandomStream } from './RandomStream.ts';
import { softmax } from './softmax.ts';

/** Slices whose true class is drawn from the softmax of logits / T: a model that is `T` times too sure. */
function drawSlices(
  count: number,
  temperature: number,
  seed: number,
): { logits: number[][]; labels: number[] } {
  const random = new RandomStream(seed);
  const logits = Array.from({ length: count }, () => [0, 1, 2, 3].map(() => random.between(-6, 6)));
  const labels = logits.map((row) => {
    let rest = random.uniform();
    const drawn = softmax(row, temperature).findIndex((p) => (rest -= p) < 0);
    return drawn < 0 ? 3 : drawn;
  });
  return { logits, labels };
}

test('bins hold all answers, and the edges belong to the bin below', () => {
  const bins = reliabilityBins([0, 0.2, 0.21, 0.4, 1], [false, true, true, false, true], 5);
  expect(bins.map(({ count }) => count)).toEqual([2, 2, 0, 0, 1]);
  expect(bins[1]).toEqual({ from: 0.2, to: 0.4, count: 2, confidence: (0.21 + 0.4) / 2, accuracy: 0.5 });
  expect(bins[2]).toMatchObject({ confidence: null, accuracy: null });
});

test('a model that is always sure and half the time right is off by a half', () => {
  const bins = reliabilityBins([1, 1, 1, 1], [true, false, true, false]);
  expect(expectedCalibrationError(bins)).toBe(0.5);
  expect(expectedCalibrationError([])).toBe(0);
});

test('finds the temperature that the slices were drawn with, and the error falls', () => {
  const { logits, labels } = drawSlices(6000, 2.5, 4);
  const temperature = fitTemperature(logits, labels);
  expect(temperature).toBeGreaterThan(2.35);
  expect(temperature).toBeLessThan(2.65);
  const error = (t: number): number => {
    const rows = logits.map((row) => softmax(row, t));
    const confidences = rows.map((row) => Math.max(...row));
    return expectedCalibrationError(
      reliabilityBins(
        confidences,
        rows.map((row, i) => row.indexOf(confidences[i]!) === labels[i]),
      ),
    );
  };
  expect(error(temperature)).toBeLessThan(0.02);
  expect(error(1)).toBeGreaterThan(0.08);
});

test('the temperature is 1 where every answer is right, and finite where every one is wrong', () => {
  const logits = [
    [5, 0],
    [0, 5],
  ];
  expect(fitTemperature(logits, [0, 1])).toBe(1);
  expect(fitTemperature(logits, [1, 0])).toBeCloseTo(20, 6);
  expect(fitTemperature([], [])).toBe(1);
  expect(crossEntropy([[1e5, 0]], [1])).toBe(1e5);
});

test('sets with the fitted threshold hold the true class as often as wanted, and hardly more often', () => {
  const [fit, check] = [drawSlices(2000, 3, 1), drawSlices(8000, 3, 2)];
  const calibrated = (rows: number[][]): number[][] => rows.map((row) => softmax(row, 3));
  for (const coverage of [0.8, 0.9, 0.99]) {
    const threshold = fitConformalThreshold(calibrated(fit.logits), fit.labels, coverage);
    const sets = calibrated(check.logits).map((row) => predictionSet(row, threshold));
    const share = sets.filter((set, i) => set.includes(check.labels[i]!)).length / sets.length;
    expect(share).toBeGreaterThan(coverage - 0.02);
    expect(share).toBeLessThan(coverage + 0.02);
  }
});

test('on the slices that it was fitted on, the threshold is exactly the smallest that covers enough', () => {
  const { logits, labels } = drawSlices(99, 2, 9);
  const rows = logits.map((row) => softmax(row, 2));
  const threshold = fitConformalThreshold(rows, labels, 0.9);
  const covered = (t: number): number =>
    rows.filter((row, i) => predictionSet(row, t).includes(labels[i]!)).length;
  expect(covered(threshold)).toBe(90);
  expect(covered(threshold - 3e-9)).toBeLessThan(90);
});

test('too few slices for the coverage: every class stays', () => {
  expect(fitConformalThreshold([[0.9, 0.1]], [0], 0.9)).toBe(1);
  expect(fitConformalThreshold([], [], 0.9)).toBe(1);
});
