import { expect, it } from 'vitest';
import { headBox } from './headBox.ts';

const size = { rows: 64, columns: 48 };

/** A filled rectangle on a background. */
function picture(background: number, head: number): Uint8Array {
  return Uint8Array.from({ length: size.rows * size.columns }, (_, i) => {
    const [row, column] = [Math.floor(i / size.columns), i % size.columns];
    return row >= 10 && row < 50 && column >= 8 && column < 36 ? head : background;
  });
}

it.each([
  [0, 180],
  [250, 90],
  [40, 60],
])('finds the head on a background of %i', (background, head) => {
  expect(headBox(picture(background, head), size)).toEqual({ top: 10, left: 8, height: 40, width: 28 });
});

it('looks past a thin frame that is not the background', () => {
  const large = { rows: 128, columns: 128 };
  const grey = Uint8Array.from({ length: 128 * 128 }, (_, i) => {
    const [row, column] = [Math.floor(i / 128), i % 128];
    if (Math.min(row, column, 127 - row, 127 - column) < 2) return 36;
    return row >= 20 && row < 100 && column >= 16 && column < 90 ? 150 : 0;
  });
  expect(headBox(grey, large)).toEqual({ top: 20, left: 16, height: 80, width: 74 });
});

it('does not take a line of text for the head', () => {
  const grey = picture(0, 180);
  for (let column = 2; column < 20; column += 2) grey[60 * size.columns + column] = 255;
  expect(headBox(grey, size)).toMatchObject({ top: 10, height: 40 });
});

it('takes the whole of a picture without contrast', () => {
  expect(headBox(picture(9, 9), size)).toEqual({ top: 0, left: 0, height: 64, width: 48 });
});
