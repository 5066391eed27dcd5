import type { Slice } from '../../../src-shared/domain/slice.ts';
import { displayGrey } from '../../../src-shared/imaging/greyRows.ts';

/** The slice is looked at in this size, whatever its own. */
const looked = { rows: 64, columns: 64 };
/** The border: a ring of this many of the 64 pixels. */
const ring = 3;
/** Darker than this is background. */
const darkLevel = 12;

/**
 * What a slice gives away without its content, in this order: its size, its aspect ratio, how
 * bright and how dark its border is, and the mean and the standard deviation of its grey levels.
 */
export function shortcutFeaturesOf(slice: Slice): number[] {
  const grey = displayGrey(slice, looked);
  const border = grey.filter((_, i) => isBorder(Math.floor(i / looked.columns), i % looked.columns));
  const mean = meanOf(grey);
  const deviation = Math.sqrt(meanOf(Float32Array.from(grey, (level) => (level - mean) ** 2)));
  const darkShare = border.filter((level) => level < darkLevel).length / border.length;
  return [slice.rows, slice.columns, slice.columns / slice.rows, meanOf(border), darkShare, mean, deviation];
}

function isBorder(row: number, column: number): boolean {
  return Math.min(row, column, looked.rows - 1 - row, looked.columns - 1 - column) < ring;
}

function meanOf(values: Uint8ClampedArray | Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
