import { describe, expect, it } from 'vitest';
import { idSet, nextAmong, toggled } from './idSets.ts';

describe('marked ids', () => {
  it('change by making a new set', () => {
    const one = idSet(['a', 'b']);
    expect([...toggled(one, 'b')]).toEqual(['a']);
    expect([...toggled(one, 'c')]).toEqual(['a', 'b', 'c']);
    expect([...one]).toEqual(['a', 'b']);
  });
});

describe('finding', () => {
  const all = ['a', 'b', 'c', 'd'];

  it('goes on from the line, and around the end', () => {
    expect(nextAmong(all, ['b', 'd'], 2)).toBe(3);
    expect(nextAmong(all, ['b'], 2)).toBe(1);
    expect(nextAmong(all, ['d'], 4)).toBe(3);
  });

  it('finds nothing where nothing is', () => {
    expect(nextAmong(all, [], 0)).toBeNull();
    expect(nextAmong([], ['a'], 0)).toBeNull();
  });
});
