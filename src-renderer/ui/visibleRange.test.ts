import { expect, it } from 'vitest';
import { visibleRange } from './visibleRange.ts';

it('covers the view with a margin and stays inside the list', () => {
  expect(visibleRange(0, 100, 10, 1000)).toEqual({ first: 0, end: 14 });
  expect(visibleRange(505, 100, 10, 1000)).toEqual({ first: 46, end: 65 });
  expect(visibleRange(9_900, 100, 10, 1000)).toEqual({ first: 986, end: 1000 });
});

it('is empty for an empty list, and in range where the list became shorter than the scroll', () => {
  expect(visibleRange(0, 100, 10, 0)).toEqual({ first: 0, end: 0 });
  expect(visibleRange(9_900, 100, 10, 3)).toEqual({ first: 3, end: 3 });
});
