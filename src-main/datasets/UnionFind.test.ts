import { expect, it } from 'vitest';
import { UnionFind } from './UnionFind.ts';

it('joins sets, names each by its smallest member, and lists them in order', () => {
  const sets = new UnionFind(7);
  sets.join(5, 2);
  sets.join(6, 5);
  sets.join(0, 1);
  expect(sets.find(6)).toBe(2);
  expect(sets.sets(2)).toEqual([
    [0, 1],
    [2, 5, 6],
  ]);
  expect(sets.sets()).toHaveLength(4);
});

it('does not change what it was copied from', () => {
  const sets = new UnionFind(3);
  sets.copy().join(0, 2);
  expect(sets.sets(2)).toEqual([]);
});
