import { expect, test } from 'vitest';
import { scrollTarget } from './scrollTarget.ts';

const list = { offset: 1000, viewport: 500, itemSize: 50, count: 100 };

test('an item in view moves nothing', () => {
  expect([21, 24, 28].map((index) => scrollTarget(index, list))).toEqual([1000, 1000, 1000]);
});

test('an item at or just beyond an edge comes in with its neighbour', () => {
  expect([20, 19].map((index) => scrollTarget(index, list))).toEqual([950, 900]);
  expect([29, 30].map((index) => scrollTarget(index, list))).toEqual([1050, 1100]);
});

test('an item out of sight comes to the middle, as far as the list reaches', () => {
  expect(scrollTarget(60, list)).toBe(60 * 50 - 225);
  expect([0, 2, 99].map((index) => scrollTarget(index, list))).toEqual([0, 0, 4500]);
});

test('a list that fits does not scroll', () => {
  expect(scrollTarget(2, { offset: 0, viewport: 500, itemSize: 50, count: 3 })).toBe(0);
});
