import { expect, test } from 'vitest';
import { placesInside } from './placesInside.ts';

test('a frame takes the tiles that it touches, whichever way it was drawn', () => {
  const grid = { columns: 4, tileWidth: 100, tileHeight: 100, count: 10 };
  expect(placesInside({ x: 150, y: 50 }, { x: 250, y: 150 }, grid)).toEqual([1, 2, 5, 6]);
  expect(placesInside({ x: 250, y: 150 }, { x: 150, y: 50 }, grid)).toEqual([1, 2, 5, 6]);
  expect(placesInside({ x: -20, y: -20 }, { x: 10, y: 10 }, grid)).toEqual([0]);
  expect(placesInside({ x: 250, y: 210 }, { x: 900, y: 900 }, grid)).toEqual([]);
  expect(placesInside({ x: 0, y: 210 }, { x: 900, y: 900 }, grid)).toEqual([8, 9]);
});
