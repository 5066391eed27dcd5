import { expect, it } from 'vitest';
import { numberedNeighbours } from './numberedNeighbours.ts';

it('pairs the files of one folder and name whose numbers are near', () => {
  const paths = [
    'a/p (9).jpg',
    'a/p (10).jpg',
    'a/p(11).png',
    'b/p (10).jpg',
    'a/q (10).jpg',
    'a/p (40).jpg',
  ];
  expect(numberedNeighbours(paths, 2)).toEqual([
    { a: 0, b: 1, distance: 1 },
    { a: 0, b: 2, distance: 2 },
    { a: 1, b: 2, distance: 1 },
  ]);
});

it('counts with the last number of a name, and leaves out names without one', () => {
  expect(numberedNeighbours(['s1_004.png', 's1_005.png', 's2_006.png', 'none.png'], 3)).toEqual([
    { a: 0, b: 1, distance: 1 },
  ]);
});

it('pairs no two files of the same number', () => {
  expect(numberedNeighbours(['a/1.png', 'a/1.jpg'], 3)).toEqual([]);
});
