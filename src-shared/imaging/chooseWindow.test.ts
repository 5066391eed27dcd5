import { expect, test } from 'vitest';
import type { Samples } from '../domain/slice.ts';
import { applyWindow } from './applyWindow.ts';
import { chooseWindow } from './chooseWindow.ts';
import { rangeOfWindow } from './windowRange.ts';

const identity = { rescaleSlope: 1, rescaleIntercept: 0 };

test('runs from the 0.5th to the 99.5th percentile, whatever the sample type', () => {
  const values = Array.from({ length: 1000 }, (_, i) => (i * 7) % 1000);
  const kinds: Samples[] = [
    Uint16Array.from(values),
    Int16Array.from(values),
    Int32Array.from(values),
    Float32Array.from(values),
  ];
  for (const samples of kinds)
    expect(rangeOfWindow(chooseWindow(samples, identity))).toEqual({ low: 4, high: 994 });
});

test('speaks in modality values, also when the slope is negative', () => {
  const samples = Int16Array.from({ length: 1000 }, (_, i) => i - 500);
  const range = rangeOfWindow(chooseWindow(samples, { rescaleSlope: -2, rescaleIntercept: 10 }));
  expect(range).toEqual({ low: 10 - 2 * 494, high: 10 + 2 * 496 });
});

test('is not led by a few wild values, or by ones that are no numbers', () => {
  const samples = Float32Array.from({ length: 1000 }, (_, i) => i / 1000);
  samples.set([1e30, -1e30, Number.NaN, Infinity], 500);
  const { low, high } = rangeOfWindow(chooseWindow(samples, identity));
  expect(low).toBeCloseTo(0.004, 2);
  expect(high).toBeCloseTo(0.994, 2);
});

test.each([
  ['signed bytes', Int8Array.of(-128, 127)],
  ['one value', new Uint16Array(9).fill(40_000)],
  ['one large float', new Float32Array(9).fill(1e20)],
  ['no numbers', new Float32Array(9).fill(Number.NaN)],
  ['nothing', new Uint8Array(0)],
])('gives a usable window for %s', (_, samples) => {
  const window = chooseWindow(samples, identity);
  expect(window.width).toBeGreaterThan(1);
  expect(() => applyWindow(samples, window)).not.toThrow();
});

test('shows a picture of one value black', () => {
  const samples = new Uint16Array(9).fill(40_000);
  expect(applyWindow(samples, chooseWindow(samples, identity))[0]).toBe(0);
});

test('judges a large float picture by a part of it, and hardly differently', () => {
  const samples = Float32Array.from({ length: 1 << 20 }, (_, i) => ((i * 48_271) % 65_537) % 1000);
  const { low, high } = rangeOfWindow(chooseWindow(samples, identity));
  expect(Math.abs(low - 4)).toBeLessThan(4);
  expect(Math.abs(high - 994)).toBeLessThan(4);
});
