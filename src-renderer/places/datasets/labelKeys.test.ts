import { expect, test } from 'vitest';
import { labelCommand, placeAfter } from './labelKeys.ts';

const plain = { ctrlKey: false, metaKey: false, shiftKey: false, altKey: false };

test.each([
  [{ key: '2' }, { kind: 'plane', plane: 'sagittal' }],
  [{ key: '0' }, { kind: 'plane', plane: null }],
  [{ key: 'm' }, { kind: 'class', class: 'meningioma_tumor' }],
  [
    { key: 'P', shiftKey: true },
    { kind: 'class', class: 'pituitary_tumor' },
  ],
  [
    { key: 'ArrowDown', shiftKey: true },
    { kind: 'go', by: 'down', isExtending: true },
  ],
  [{ key: 'z', ctrlKey: true }, { kind: 'undo' }],
  [{ key: 'Z', ctrlKey: true, shiftKey: true }, { kind: 'redo' }],
  [{ key: 'y', metaKey: true }, { kind: 'redo' }],
  [{ key: 'g', ctrlKey: true }, null],
  [{ key: '1', altKey: true }, null],
  [{ key: '?', shiftKey: true }, { kind: 'keys' }],
  [{ key: 'x' }, null],
])('%j means %j', (key, command) => expect(labelCommand({ ...plain, ...key })).toEqual(command));

test('steps stay inside the grid', () => {
  const grid = { count: 10, columns: 4, rowsInView: 2 };
  const from = (place: number) => (by: Parameters<typeof placeAfter>[0]) => placeAfter(by, place, grid);
  expect((['left', 'right', 'up', 'down'] as const).map(from(5))).toEqual([4, 6, 1, 9]);
  expect((['left', 'up', 'page-up', 'first'] as const).map(from(0))).toEqual([0, 0, 0, 0]);
  // Below the last full row there is a shorter one; its end is where one comes to.
  expect((['down', 'page-down', 'last'] as const).map(from(7))).toEqual([9, 9, 9]);
  expect(from(8)('down')).toBe(8);
});
