import type { SliceRegion } from '../domain/analysis.ts';
import type { PictureSize } from './resize.ts';

/**
 * Brings a mask of a slice into the picture that a model read of it: the nearest pixel's value.
 *
 *     out(r, c) = mask(floor(top + (r + 1/2) height / rows), floor(left + (c + 1/2) width / columns))
 *
 * @param mask - above 0 inside, [row][column] of the slice
 * @param region - the part of the slice that the picture shows, in the slice's pixels
 * @returns 1 inside and 0 outside, [row][column] of the picture; 0 beyond the slice
 */
export function warpMask(
  mask: ArrayLike<number>,
  slice: PictureSize,
  picture: PictureSize,
  { top, left, height, width }: SliceRegion,
): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(picture.rows * picture.columns);
  for (let row = 0; row < picture.rows; row++) {
    const y = Math.floor(top + ((row + 0.5) * height) / picture.rows);
    if (y < 0 || y >= slice.rows) continue;
    for (let column = 0; column < picture.columns; column++) {
      const x = Math.floor(left + ((column + 0.5) * width) / picture.columns);
      if (x >= 0 && x < slice.columns && mask[y * slice.columns + x]! > 0)
        out[row * picture.columns + column] = 1;
    }
  }
  return out;
}
