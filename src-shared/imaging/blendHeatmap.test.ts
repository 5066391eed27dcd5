import { expect, test } from 'vitest';
import { blendHeatmap } from './blendHeatmap.ts';
import { infernoColours } from './inferno.ts';

const grey = Uint8ClampedArray.of(0, 80, 160, 255);

test('shows the plain picture where there is no evidence', () => {
  const plain = [0, 0, 0, 255, 80, 80, 80, 255, 160, 160, 160, 255, 255, 255, 255, 255];
  expect([...blendHeatmap(grey, [0, 0, 0, 0], { maximum: 1, opacity: 1 })]).toEqual(plain);
  expect([...blendHeatmap(grey, [1, 2, 3, 4], { maximum: 4, opacity: 0 })]).toEqual(plain);
  expect([...blendHeatmap(grey, [-1, -2, 0, 0], { maximum: 0, opacity: 1 })]).toEqual(plain);
  expect([...blendHeatmap(grey, Array<number>(4).fill(Number.NaN), { maximum: 1, opacity: 1 })]).toEqual(
    plain,
  );
});

test('covers the picture with the last colour at the maximum, and by halves at half opacity', () => {
  const last = [...infernoColours.subarray(3 * 255)];
  expect([...blendHeatmap([11], [4], { maximum: 4, opacity: 1 })]).toEqual([...last, 255]);
  const half = last.map((channel) => Math.round((channel + 11) / 2));
  expect([...blendHeatmap([11], [4], { maximum: 4, opacity: 0.5 })]).toEqual([...half, 255]);
});
