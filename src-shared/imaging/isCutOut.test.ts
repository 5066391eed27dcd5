import { expect, test } from 'vitest';
import { findHeadSides } from './findHead.ts';
import { isCutOut } from './isCutOut.ts';

const side = 224;

/** An elliptic head 160 high and 130 wide, of which the picture shows the part around a place at a magnification. */
function isShownCut(centreRow: number, centreColumn: number, magnification: number): boolean {
  const values = Float32Array.from({ length: side * side }, (_, i) => {
    const row = centreRow + (Math.floor(i / side) - side / 2) / magnification;
    const column = centreColumn + ((i % side) - side / 2) / magnification;
    return Math.hypot((row - 112) / 80, (column - 112) / 65) < 1
      ? 110 + 40 * Math.sin(row / 3) * Math.cos(column / 5)
      : 2;
  });
  return isCutOut(findHeadSides({ rows: side, columns: side, values })!);
}

test('a whole head is none, in the middle or at the edge', () => {
  expect(isShownCut(112, 112, 1)).toBe(false);
  expect(isShownCut(112, 112, 1.39)).toBe(false);
  expect(isShownCut(140, 112, 1)).toBe(false);
});

test('a head that goes on beyond one side of the picture is none', () => {
  expect(isShownCut(40, 112, 1.6)).toBe(false);
});

test('a part that goes on beyond two sides or more is one', () => {
  expect(isShownCut(112, 112, 3)).toBe(true);
  expect(isShownCut(80, 90, 3)).toBe(true);
});
