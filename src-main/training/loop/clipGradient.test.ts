import { expect, test } from 'vitest';
import { clipGradient } from './clipGradient.ts';

test('a long gradient is shortened to the norm, its direction kept', () => {
  const gradient = Float32Array.of(3, 0, -4);
  expect(clipGradient(gradient, 1)).toBe(5);
  [0.6, 0, -0.8].forEach((value, i) => expect(gradient[i]).toBeCloseTo(value, 6));
});

test('a short one, and one that is never cut, stay as they are', () => {
  for (const mostNorm of [5, 6, null]) {
    const gradient = Float32Array.of(3, 0, -4);
    expect(clipGradient(gradient, mostNorm)).toBe(5);
    expect([...gradient]).toEqual([3, 0, -4]);
  }
});

test('a gradient that is no number says so', () => {
  expect(clipGradient(Float32Array.of(1, NaN), 1)).toBeNaN();
});
