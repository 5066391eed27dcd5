import { expect, test } from 'vitest';
import { RandomStream } from '../../../src-shared/statistics/RandomStream.ts';
import { orthonormalMatrix } from './orthonormalMatrix.ts';

test.each([
  [24, 60],
  [60, 24],
  [30, 30],
  [1, 9],
])('%i × %i: the shorter side is orthonormal', (rows, columns) => {
  const matrix = orthonormalMatrix(rows, columns, new RandomStream(4));
  const at = (vector: number, place: number): number =>
    rows <= columns ? matrix[vector * columns + place]! : matrix[place * columns + vector]!;
  const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)];
  for (let a = 0; a < count; a++) {
    for (let b = 0; b <= a; b++) {
      let product = 0;
      for (let place = 0; place < length; place++) product += at(a, place) * at(b, place);
      expect(product).toBeCloseTo(Number(a === b), 5);
    }
  }
});

test('the stream decides', () => {
  const [first, same, other] = [1, 1, 2].map((seed) => orthonormalMatrix(3, 5, new RandomStream(seed)));
  expect(same).toEqual(first);
  expect(other).not.toEqual(first);
});
