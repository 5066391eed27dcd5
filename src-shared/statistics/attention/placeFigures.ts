import type { InsideFigures, PlaceFigures } from '../../domain/trust.ts';
import type { PictureSize } from '../../imaging/resize.ts';

/** The pointing game's tolerance, as a share of the picture's side: 15 pixels of 224 (Zhang et al. 2018, section 4.2). */
const pointingTolerance = 15 / 224;

/** The border is a frame so wide, as a share of the picture's side. */
const borderWidth = 1 / 14;

/**
 * Where the heat of a map lies, in the picture that the model read.
 *
 * @param heat - up-sampled to the picture, [row][column]; what is negative speaks against the class and counts as none
 * @param masks - of the picture's size, above 0 inside; `head` and `outline` null where they are not known
 * @returns null where no value is above 0
 */
export function placeFigures(
  heat: ArrayLike<number>,
  size: PictureSize,
  masks: { head: ArrayLike<number> | null; outline: ArrayLike<number> | null },
): PlaceFigures | null {
  const total = sumOf(heat, () => true);
  if (total === 0) return null;
  const { head, outline } = masks;
  const isInBorder = borderTest(size);
  return {
    shareOutsideHead: head === null ? null : sumOf(heat, (i) => head[i] === 0) / total,
    borderShare: sumOf(heat, isInBorder) / total,
    inside: outline === null ? null : insideFigures(heat, size, outline, total),
  };
}

/**
 * Pointing game (Zhang et al., "Top-down neural attention by excitation backprop", IJCV 2018) and the proportion of
 * energy inside (Wang et al., "Score-CAM", CVPR workshops 2020):
 *
 *     energy = sum of L inside / sum of L
 *
 * `L` is the map at the picture's size. The strongest place is the first in reading order where several are equal.
 */
function insideFigures(
  heat: ArrayLike<number>,
  size: PictureSize,
  outline: ArrayLike<number>,
  total: number,
): InsideFigures | null {
  const isInside = (i: number): boolean => outline[i]! > 0;
  let covered = 0;
  for (let i = 0; i < outline.length; i++) if (isInside(i)) covered++;
  if (covered === 0) return null;
  const peak = peakOf(heat);
  return {
    isPeakInside: isInside(peak),
    isPeakNear: isNear(outline, size, peak, pointingTolerance * size.rows),
    energyInside: sumOf(heat, isInside) / total,
    areaInside: covered / outline.length,
  };
}

/** The place of the largest value, the first of them in reading order. */
export function peakOf(heat: ArrayLike<number>): number {
  let peak = 0;
  for (let i = 1; i < heat.length; i++) if (heat[i]! > heat[peak]!) peak = i;
  return peak;
}

function isNear(
  mask: ArrayLike<number>,
  { rows, columns }: PictureSize,
  place: number,
  reach: number,
): boolean {
  const [row, column] = [Math.floor(place / columns), place % columns];
  const span = Math.floor(reach);
  for (let y = Math.max(0, row - span); y <= Math.min(rows - 1, row + span); y++)
    for (let x = Math.max(0, column - span); x <= Math.min(columns - 1, column + span); x++)
      if (mask[y * columns + x]! > 0 && Math.hypot(y - row, x - column) <= reach) return true;
  return false;
}

function borderTest({ rows, columns }: PictureSize): (i: number) => boolean {
  const width = Math.round(borderWidth * Math.min(rows, columns));
  return (i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    return Math.min(row, rows - 1 - row, column, columns - 1 - column) < width;
  };
}

function sumOf(heat: ArrayLike<number>, counts: (i: number) => boolean): number {
  let sum = 0;
  for (let i = 0; i < heat.length; i++) if (heat[i]! > 0 && counts(i)) sum += heat[i]!;
  return sum;
}
