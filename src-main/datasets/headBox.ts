import type { SliceRegion } from '../../src-shared/domain/analysis.ts';
import type { PictureSize } from '../../src-shared/imaging/resize.ts';

/** A pixel belongs to something when it differs from the background by this part of the picture's contrast. */
const contrastPart = 0.12;

/** A row or column is occupied when this part of its pixels belongs to something; text and noise stay below. */
const occupiedPart = 0.05;

/** Gaps up to this part of the side do not end the head: a dark ventricle, a saturated sinus. */
const gapPart = 0.06;

/** Up to this part of the side, a line along the border is a frame and not the background. */
const framePart = 0.016;

/** From so many grey levels on, what lies inside the outermost lines is another background than theirs. */
const frameContrast = 8;

/** A box smaller than this part of the side is no head; the whole picture is taken instead. */
const leastPart = 0.25;

/**
 * The rectangle that the head fills, so that two copies of a picture with different margins can be compared.
 *
 * The background is the median of the picture's border, and the contrast the 98th percentile of the distance
 * from it; on each axis the longest run of occupied lines is the head. A picture without a background (the head
 * cut on every side) or without contrast is its own box.
 *
 * @param grey - [row][column], 0…255
 */
export function headBox(picture: Uint8Array, size: PictureSize): SliceRegion {
  const { rows, columns } = size;
  const grey = withoutFrame(picture, size);
  const background = borderMedian(grey, size);
  const distance = new Uint8Array(grey.length);
  for (let i = 0; i < grey.length; i++) distance[i] = Math.abs(grey[i]! - background);
  const least = contrastPart * quantile(distance, 0.98);
  const occupiedRows = new Int32Array(rows);
  const occupiedColumns = new Int32Array(columns);
  for (let row = 0, i = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, i++) {
      if (distance[i]! <= least) continue;
      occupiedRows[row]!++;
      occupiedColumns[column]!++;
    }
  }
  const down = longestRun(occupiedRows, occupiedPart * columns);
  const across = longestRun(occupiedColumns, occupiedPart * rows);
  if (down.length < leastPart * rows || across.length < leastPart * columns)
    return { top: 0, left: 0, height: rows, width: columns };
  return { top: down.start, left: across.start, height: down.length, width: across.length };
}

/** The picture as it is, or with the lines of a frame replaced by those just inside. */
function withoutFrame(grey: Uint8Array, size: PictureSize): Uint8Array {
  const { rows, columns } = size;
  const inside = (at: number, length: number): number => {
    const depth = Math.round(framePart * length);
    return Math.min(Math.max(at, depth), length - 1 - depth);
  };
  const across = Int32Array.from({ length: columns }, (_, column) => inside(column, columns));
  const inner = new Uint8Array(grey.length);
  for (let row = 0, i = 0; row < rows; row++) {
    const start = inside(row, rows) * columns;
    for (let column = 0; column < columns; column++, i++) inner[i] = grey[start + across[column]!]!;
  }
  return Math.abs(borderMedian(grey, size) - borderMedian(inner, size)) < frameContrast ? grey : inner;
}

function borderMedian(grey: Uint8Array, size: PictureSize): number {
  return quantile(borderOf(grey, size), 0.5);
}

/** The outermost rows and columns; corners count twice. */
export function borderOf(grey: Uint8Array, { rows, columns }: PictureSize): Uint8Array<ArrayBuffer> {
  const border = new Uint8Array(2 * (rows + columns));
  border.set(grey.subarray(0, columns));
  border.set(grey.subarray(-columns), columns);
  for (let row = 0, at = 2 * columns; row < rows; row++) {
    border[at++] = grey[row * columns]!;
    border[at++] = grey[(row + 1) * columns - 1]!;
  }
  return border;
}

/** The smallest value that at least this part of the values does not exceed. */
function quantile(values: Uint8Array, part: number): number {
  const counts = new Uint32Array(256);
  for (let i = 0; i < values.length; i++) counts[values[i]!]!++;
  let left = part * values.length;
  return counts.findIndex((count) => (left -= count) <= 0);
}

/** The longest stretch of counts above `least`, short gaps included. */
function longestRun(counts: Int32Array, least: number): { start: number; length: number } {
  const widestGap = Math.round(gapPart * counts.length);
  let best = { start: 0, length: 0 };
  let start = -1;
  let last = -1;
  for (let i = 0; i < counts.length; i++) {
    if (counts[i]! <= least) continue;
    if (start < 0 || i - last - 1 > widestGap) start = i;
    last = i;
    if (last - start + 1 > best.length) best = { start, length: last - start + 1 };
  }
  return best;
}
