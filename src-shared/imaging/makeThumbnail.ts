import type { Thumbnail } from '../domain/thumbnail.ts';
import type { Slice } from '../domain/slice.ts';
import { displayGrey } from './greyRows.ts';
import { usableSpacingMm } from './usableSpacingMm.ts';

/** A small picture of a slice through its own window, its longer side `size` pixels, in true proportions. */
export function makeThumbnail(slice: Slice, size: number): Thumbnail {
  const [rowSpacing, columnSpacing] = usableSpacingMm(slice.geometry) ?? [1, 1];
  const height = slice.rows * rowSpacing;
  const width = slice.columns * columnSpacing;
  const scale = size / Math.max(height, width);
  const rows = Math.max(1, Math.round(height * scale));
  const columns = Math.max(1, Math.round(width * scale));
  return { rows, columns, grey: displayGrey(slice, { rows, columns }) };
}
