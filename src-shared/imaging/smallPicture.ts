import type { Slice } from '../domain/slice.ts';
import type { GreyPicture } from './GreyPicture.ts';
import { greyRows, plainGrey } from './greyRows.ts';

/** The shorter side is at least this long, where the slice's is. */
const leastSide = 256;

/**
 * A slice as it is displayed, made small by whole blocks, for whatever resizes it further and can do without the rest.
 *
 *     grey(r, c) = mean of the block of f × f pixels from (f r, f c) on,   f = floor(shorter side / 256), at least 1
 *
 * A rest of less than a block at the end is left out.
 *
 * @returns grey values 0…255, [row][column], unrounded
 * @throws UserError 'invalid-window' when the values span no usable range
 */
export function smallPicture(slice: Slice): GreyPicture {
  const factor = Math.max(1, Math.floor(Math.min(slice.rows, slice.columns) / leastSide));
  const [rows, columns] = [Math.floor(slice.rows / factor), Math.floor(slice.columns / factor)];
  const values = new Float32Array(rows * columns);
  const plain = plainGrey(slice);
  if (plain !== null) {
    for (let row = 0; row < rows * factor; row++)
      addBlocks(plain, row * slice.columns, values, Math.floor(row / factor) * columns, { columns, factor });
  } else {
    const readRow = greyRows(slice);
    const line = new Float32Array(slice.columns);
    for (let row = 0; row < rows * factor; row++) {
      readRow(row, line);
      addBlocks(line, 0, values, Math.floor(row / factor) * columns, { columns, factor });
    }
  }
  const share = 1 / factor ** 2;
  if (factor > 1) for (let i = 0; i < values.length; i++) values[i]! *= share;
  return { rows, columns, values };
}

/** Adds each `factor` pixels of a row, from `at` on, to one of `columns` sums. */
function addBlocks(
  pixels: Uint8Array | Float32Array,
  at: number,
  sums: Float32Array,
  start: number,
  { columns, factor }: { columns: number; factor: number },
): void {
  for (let i = start; i < start + columns; i++) {
    let sum = 0;
    for (const end = at + factor; at < end; at++) sum += pixels[at]!;
    sums[i]! += sum;
  }
}
