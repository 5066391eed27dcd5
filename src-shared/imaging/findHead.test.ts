import { expect, test } from 'vitest';
import { findHead, findHeadFrame, findHeadSides } from './findHead.ts';
import type { GreyPicture } from './GreyPicture.ts';

const [rows, columns] = [120, 140];

type Grey = (row: number, column: number) => number;

function draw(grey: Grey): GreyPicture {
  const values = Float32Array.from({ length: rows * columns }, (_, i) =>
    grey(Math.floor(i / columns), i % columns),
  );
  return { rows, columns, values };
}

/** 80 high and 60 wide around (60, 70), textured, on speckled black. */
const head: Grey = (row, column) => {
  const isInside = Math.hypot((row - 60) / 40, (column - 70) / 30) < 1;
  return isInside ? 110 + 40 * Math.sin(row / 3) : (row * 7 + column * 3) % 4;
};

/** The head's frame within a cell and a half: what is around the head moves no side of it. */
function expectHead(grey: Grey): void {
  const { top, left, height, width } = findHeadFrame(draw(grey))!;
  const sides = [top - 21, left - 41, top + height - 100, left + width - 100];
  expect(Math.max(...sides.map(Math.abs))).toBeLessThanOrEqual(1.5);
}

test.each<[string, Grey]>([
  ['nothing', head],
  [
    'a thin white frame',
    (row, column) => (row === 4 || row === 115 || column === 3 ? 255 : head(row, column)),
  ],
  ['a frame two pixels thick', (row, column) => (row < 2 || column > 137 ? 255 : head(row, column))],
  [
    'a white page',
    (row, column) => (row < 12 || row > 106 || column < 15 || column > 120 ? 255 : head(row, column)),
  ],
  ['a grey page', (row, column) => (column < 20 || column > 125 ? 128 : head(row, column))],
  [
    'bright text',
    (row, column) => (row > 104 && row < 112 && column % 8 < 5 && row % 3 > 0 ? 255 : head(row, column)),
  ],
  [
    'a bar of greys',
    (row, column) => (column > 130 && column < 134 && row > 30 && row < 90 ? 2 * row : head(row, column)),
  ],
  ['noise', (row, column) => head(row, column) + ((row * 7919 + column * 104729) % 11)],
])('finds the head beside %s', (_, grey) => {
  expectHead(grey);
});

test('joins what a dark gap cuts off, but no small pieces', () => {
  const cut = findHead(draw((row, column) => (Math.abs(row - 40) < 2 ? 0 : head(row, column))))!;
  expect(cut.frame.top).toBeLessThanOrEqual(22);
  expect(cut.mask[30 * columns + 70]).toBe(1);
  expectHead((row, column) => (row < 12 && column < 12 ? 200 : head(row, column)));
});

test('takes all of a picture whose corners lie in the head, and nothing of an even or nearly empty one', () => {
  const inside = draw((row, column) =>
    Math.hypot(row - 60, column - 70) < 15 ? 0 : 70 + ((row * 7919 + column * 31) % 90),
  );
  expect(findHeadFrame(inside)).toEqual({ top: 0, left: 0, height: rows, width: columns });
  for (const level of [0, 90, 255]) expect(findHeadFrame(draw(() => level))).toBeNull();
  expect(findHeadFrame(draw((row, column) => (row < 20 && column < 20 ? 90 + row : 0)))).toBeNull();
});

test('the frame alone is that of the head with its mask', () => {
  for (const grey of [head, (row: number, column: number): number => head(column, row)])
    expect(findHeadFrame(draw(grey))).toEqual(findHead(draw(grey))!.frame);
});

test('the sides of the frame are filled as the mask says', () => {
  // Cut on the left, a dark hole inside, and orbits beside the head.
  const cut: Grey = (row, column) => (Math.hypot(row - 60, column - 25) < 8 ? 2 : head(row, column + 55));
  for (const grey of [head, cut]) {
    const { mask, frame } = findHead(draw(grey))!;
    const line = (first: number, step: number, length: number) =>
      Array.from({ length }, (_, i) => mask[first + i * step]!).reduce((sum, value) => sum + value, 0) /
      length;
    const start = frame.top * columns + frame.left;
    const expected = [
      line(start, 1, frame.width),
      line(start + (frame.height - 1) * columns, 1, frame.width),
      line(start, columns, frame.height),
      line(start + frame.width - 1, columns, frame.height),
    ];
    findHeadSides(draw(grey))!.forEach((share, i) => expect(share).toBeCloseTo(expected[i]!, 1));
  }
  expect(findHeadSides(draw(cut))![2]).toBeGreaterThan(0.8);
  expect(Math.max(...findHeadSides(draw(head))!)).toBeLessThan(0.5);
});
