import type { Thumbnail } from '../domain/thumbnail.ts';
import type { Slice } from '../domain/slice.ts';
import { displayGrey } from './greyRows.ts';
import type { PictureSize } from './resize.ts';
import { usableSpacingMm } from './usableSpacingMm.ts';

/** A small picture of a slice through its own window, its longer side `size` pixels, in true proportions. */
export function makeThumbnail(slice: Slice, size: number): Thumbnail {
  const { rows, columns } = thumbnailSize(slice, size);
  return { rows, columns, grey: displayGrey(slice, { rows, columns }) };
}

/** The size of a small picture of a slice, the longer side given, in true proportions. */
export function thumbnailSize(
  slice: Pick<Slice, 'rows' | 'columns' | 'geometry'>,
  size: number,
): PictureSize {
  const [rowSpacing, columnSpacing] = usableSpacingMm(slice.geometry) ?? [1, 1];
  const height = slice.rows * rowSpacing;
  const width = slice.columns * columnSpacing;
  const scale = size / Math.max(height, width);
  return {
    rows: Math.max(1, Math.round(height * scale)),
    columns: Math.max(1, Math.round(width * scale)),
  };
}
