import { UserError } from '../../src-shared/errors.ts';

/** Below two rows or columns there is nothing to see and nothing to resample. */
export const smallestSide = 2;

const longestSide = 16_384;

/** 8192 × 8192: sixteen times the largest head slice, and at most 400 MB while it is decoded. */
export const mostPixels = 2 ** 26;

/**
 * Refuses a picture by the size that its header claims, before anything is allocated for it.
 *
 * @throws UserError 'image-too-small', 'image-too-large', or 'image-damaged' for a size that is no number
 */
export function checkPictureSize(rows: number, columns: number, fileName: string): void {
  if (!Number.isInteger(rows) || !Number.isInteger(columns)) {
    throw new UserError('image-damaged', { file: fileName });
  }
  if (rows < smallestSide || columns < smallestSide) {
    throw new UserError('image-too-small', { file: fileName, rows, columns, minimum: smallestSide });
  }
  if (rows > longestSide || columns > longestSide || rows * columns > mostPixels) {
    throw new UserError('image-too-large', { file: fileName, rows, columns });
  }
}
