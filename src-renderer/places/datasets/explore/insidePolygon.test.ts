import { expect, test } from 'vitest';
import { insidePolygon, type Place } from './insidePolygon.ts';

test('a place is inside or not, also of a polygon with a bay', () => {
  const arrow: Place[] = [
    [0, 0],
    [4, 0],
    [4, 4],
    [2, 1],
    [0, 4],
  ];
  expect(insidePolygon([1, 1], arrow)).toBe(true);
  expect(insidePolygon([2, 2], arrow)).toBe(false);
  expect(insidePolygon([3.5, 3], arrow)).toBe(true);
  expect(insidePolygon([5, 1], arrow)).toBe(false);
  expect(insidePolygon([1, 1], [])).toBe(false);
});
