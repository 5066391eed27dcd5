import { expect, test } from 'vitest';
import { applyWindow } from './applyWindow.ts';
import { rangeOfWindow, windowOfRange } from './windowRange.ts';

test('follows the examples of DICOM PS3.3 C.11.2.1.2.1', () => {
  const grey = (value: number, center: number, width: number): number =>
    applyWindow([value], { center, width })[0]!;
  // c = 2048, w = 4096: black up to 0, white above 4095.
  expect([-1, 0, 4095, 4096].map((v) => grey(v, 2048, 4096))).toEqual([0, 0, 255, 255]);
  expect(grey(1000, 2048, 4096)).toBe(Math.round(((1000 - 2047.5) / 4095 + 0.5) * 255));
  // c = 0, w = 100: black up to -50, white above 49.
  expect([-51, -50, 49, 50].map((v) => grey(v, 0, 100))).toEqual([0, 0, 255, 255]);
  expect(grey(10, 0, 100)).toBe(Math.round(((10 + 0.5) / 99 + 0.5) * 255));
});

test('never darkens a larger value, and shows black where there is no number', () => {
  const values = Float32Array.from({ length: 500 }, (_, i) => i * 3.7 - 400);
  const grey = applyWindow(values, { center: 300, width: 700 });
  expect(grey.every((level, i) => i === 0 || level >= grey[i - 1]!)).toBe(true);
  expect([...applyWindow([Number.NaN, -Infinity, Infinity], { center: 10, width: 20 })]).toEqual([0, 0, 255]);
});

test.each([1, 0, -5, Number.NaN, Infinity])('refuses the width %d', (width) => {
  expect(() => applyWindow([1], { center: 0, width })).toThrow(
    expect.objectContaining({ code: 'invalid-window' }),
  );
});

test.each([
  { low: -1024, high: 3071 },
  { low: 0, high: 0.7 },
  { low: -1e-6, high: 1e-6 },
  { low: 1e9, high: 2e9 },
])('range $low … $high and its window are one', (range) => {
  const window = windowOfRange(range);
  const { low, high } = rangeOfWindow(window);
  expect(window.width).toBeGreaterThan(1);
  expect(low).toBeCloseTo(range.low, 9);
  expect(high).toBeCloseTo(range.high, 9);
});
