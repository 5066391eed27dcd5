import type { PictureSize } from './resize.ts';

/** A grey picture: values 0 (black) to 255 (white), unrounded, [row][column]. Functions on it make a new one. */
export interface GreyPicture extends PictureSize {
  values: Float32Array<ArrayBuffer>;
}

/** A picture of the same size with other values. */
export function withValues({ rows, columns }: PictureSize, values: Float32Array<ArrayBuffer>): GreyPicture {
  return { rows, columns, values };
}

/** A grey value brought back into 0…255. */
export function clampGrey(value: number): number {
  return value > 0 ? (value < 255 ? value : 255) : 0;
}
