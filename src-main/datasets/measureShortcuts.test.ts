import { expect, it } from 'vitest';
import { measureShortcuts } from './measureShortcuts.ts';

const make = (tumour: 'glioma_tumor' | 'no_tumor' | null, rows: number, brightness: number) => ({
  class: tumour,
  rows,
  columns: 200,
  border: 0,
  brightness,
});

it('finds a size that gives the class away, and no more than chance in a brightness that does not', () => {
  const pictures = Array.from({ length: 100 }, (_, i) =>
    make(i % 2 === 0 ? 'glioma_tumor' : 'no_tumor', i % 2 === 0 ? 512 : 200, 8 * Math.floor(i / 20)),
  );
  const found = measureShortcuts(
    pictures,
    pictures.map((_, i) => i),
  );
  const accuracy = Object.fromEntries(found.map((shortcut) => [shortcut.property, shortcut.accuracy]));
  expect(accuracy['size']).toBe(1);
  expect(accuracy['brightness']).toBeLessThan(0.7);
});

it('does not count what a picture’s own group gives away', () => {
  const pictures = Array.from({ length: 40 }, (_, i) =>
    make(i < 20 ? 'glioma_tumor' : 'no_tumor', i < 20 ? 100 : 101, 0),
  );
  const oneGroupEach = pictures.map((_, i) => (i < 20 ? 0 : 20));
  const size = measureShortcuts(pictures, oneGroupEach).find(({ property }) => property === 'size');
  expect(size?.accuracy).toBe(0);
});

it('says nothing without classes', () => {
  expect(measureShortcuts([make(null, 1, 1)], [0])).toEqual([]);
});
