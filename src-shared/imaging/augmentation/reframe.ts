import { resizeRows, type PictureSize } from '../resize.ts';
import { withValues, type GreyPicture } from '../GreyPicture.ts';

/** Whole pixels of the source; may reach beyond it on any side. */
export interface Frame {
  top: number;
  left: number;
  height: number;
  width: number;
}

/**
 * Shows another part of the picture's plane at the old size: a crop where the frame lies inside, a border where it
 * reaches beyond, both at once if need be. Anti-aliased, each axis with its own scale.
 *
 * @param fill - grey level of what lies beyond the source
 */
export function reframe(picture: GreyPicture, frame: Frame, fill: number): GreyPicture {
  const { columns, values } = picture;
  const { top, left, height, width } = frame;
  const begin = Math.max(left, 0);
  const end = Math.min(left + width, columns);
  const out = new Float32Array(values.length);
  resizeRows(
    (row, line) => {
      const isInside = row + top >= 0 && row + top < picture.rows;
      line.fill(fill);
      const start = (row + top) * columns;
      if (isInside && end > begin) line.set(values.subarray(start + begin, start + end), begin - left);
    },
    { rows: height, columns: width },
    picture,
    out,
  );
  return withValues(picture, out);
}

/** A frame of a share of the picture's sides, its free room divided by two numbers 0…1. */
export function frameOfShare(
  { rows, columns }: PictureSize,
  share: { height: number; width: number },
  place: { down: number; across: number },
): Frame {
  const height = Math.max(1, Math.round(rows * share.height));
  const width = Math.max(1, Math.round(columns * share.width));
  return {
    top: Math.round((rows - height) * place.down),
    left: Math.round((columns - width) * place.across),
    height,
    width,
  };
}
