import type { Slice } from '../../src-shared/domain/slice.ts';
import { greyRows } from '../../src-shared/imaging/greyRows.ts';
import { perceptualHash } from '../../src-shared/imaging/perceptualHash.ts';
import { resizeRows, type PictureSize, type RowReader } from '../../src-shared/imaging/resize.ts';
import { hasContrast } from './groupPictures.ts';
import { headThumbnail } from './headThumbnail.ts';

/**
 * Two looks that differ in at most this many bits are the same picture.
 *
 * Measured on the public set of 3,264 pictures: of 5,316,032 pairs from different groups 2 lie at or below it, which
 * are copies that the grouping missed (the next lies at 34); of 8,219 pairs of neighbouring slices 144. Found again of 252 pictures: 98 to 100 % after JPEG of quality 60 or
 * 30, halving, stretching to 128 × 128, a reduction to 60 % with quality 50, blurring, brightening, darkening or gamma
 * 1.5; 87 % with a black border of 40 pixels; 72 % cropped by 2 % a side.
 */
export const sameLook = 30;

/** The size at which a picture is looked at. */
const working = { rows: 128, columns: 128 };

/**
 * The look of a slice in 256 bits: the perceptual hash of its head, as displayed, cut out and stretched to a square.
 *
 * Unlike `lookOfSlice` it reads only a part of a large picture's pixels, which takes half the time.
 *
 * @returns null for a slice that shows nothing: blank slices of all patients would look the same
 * @throws UserError 'invalid-window' when the values span no usable range
 */
export function lookHash(slice: Slice): Uint32Array<ArrayBuffer> | null {
  const { readRow, size } = inBlocks(greyRows(slice), slice);
  const reduced = new Float32Array(working.rows * working.columns);
  resizeRows(readRow, size, working, reduced);
  const thumbnail = headThumbnail(rounded(reduced), working);
  return hasContrast(thumbnail) ? perceptualHash(thumbnail) : null;
}

/**
 * A large picture reduced by whole blocks, of which four pixels count; a rest of less than a block at the end is left
 * out. A hash of low frequencies needs no more, and reading every pixel would cost more than all the rest.
 */
function inBlocks(
  readRow: RowReader,
  { rows, columns }: PictureSize,
): { readRow: RowReader; size: PictureSize } {
  const high = Math.max(1, Math.floor(rows / working.rows));
  const wide = Math.max(1, Math.floor(columns / working.columns));
  const size = { rows: Math.floor(rows / high), columns: Math.floor(columns / wide) };
  const [[top, bottom], [left, right]] = [twoPlaces(high), twoPlaces(wide)];
  const [upper, lower] = [new Float32Array(columns), new Float32Array(columns)];
  const readBlocks: RowReader = (row, line) => {
    readRow(row * high + top, upper);
    readRow(row * high + bottom, lower);
    for (let column = 0; column < size.columns; column++) {
      const [first, second] = [column * wide + left, column * wide + right];
      line[column] = (upper[first]! + upper[second]! + lower[first]! + lower[second]!) / 4;
    }
  };
  return { readRow: high * wide === 1 ? readRow : readBlocks, size };
}

/** A quarter and three quarters of the way through a block. */
function twoPlaces(length: number): [number, number] {
  return [Math.floor(length / 4), Math.floor((3 * length) / 4)];
}

function rounded(values: Float32Array): Uint8Array<ArrayBuffer> {
  const grey = new Uint8Array(values.length);
  for (let i = 0; i < grey.length; i++) grey[i] = values[i]! + 0.5;
  return grey;
}
