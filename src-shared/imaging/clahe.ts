import { withValues, type GreyPicture } from './GreyPicture.ts';

const levels = 256;

/** What CLAHE is told. */
export interface ClaheParameters {
  /** No grey level may hold more than this multiple of the tile's mean count; larger is harsher, 1 does little. */
  clipLimit: number;
  /** The picture is cut into this many tiles along each axis. */
  tiles: number;
}

/**
 * Contrast-limited adaptive histogram equalisation: each tile's histogram is clipped, what was cut off is
 * spread over all levels, and its cumulative sum becomes the tile's tone curve; a pixel takes the bilinear mixture
 * of the curves of the four nearest tiles.
 *
 *     limit = max(1, floor(clipLimit * A / 256)),   curve(g) = 255 / A * sum over h <= g of count'(h)
 *
 * `A` is a tile's number of pixels and count' the clipped and refilled histogram. K. Zuiderveld, Graphics Gems
 * IV (1994), in the details (padding by reflection, where the remainder goes, curves rounded to whole levels) as
 * OpenCV's `createCLAHE` does it, which is what albumentations' CLAHE calls. Values are rounded to 8 bits first;
 * the result is not rounded.
 */
export function clahe(picture: GreyPicture, { clipLimit, tiles }: ClaheParameters): GreyPicture {
  const { rows, columns, values } = picture;
  const tileRows = Math.ceil(rows / tiles);
  const tileColumns = Math.ceil(columns / tiles);
  const grey = Uint8ClampedArray.from(values);
  const curves = new Float32Array(tiles * tiles * levels);
  for (let down = 0; down < tiles; down++) {
    for (let across = 0; across < tiles; across++) {
      const counts = countLevels(grey, picture, down * tileRows, across * tileColumns, tileRows, tileColumns);
      limitCounts(counts, Math.max(1, Math.floor((clipLimit * tileRows * tileColumns) / levels)));
      writeCurve(counts, tileRows * tileColumns, curves, (down * tiles + across) * levels);
    }
  }
  const vertical = mixture(rows, tileRows, tiles);
  const horizontal = mixture(columns, tileColumns, tiles);
  const out = new Float32Array(values.length);
  for (let row = 0, i = 0; row < rows; row++) {
    const above = vertical.first[row]! * tiles * levels;
    const below = vertical.second[row]! * tiles * levels;
    const lower = vertical.share[row]!;
    for (let column = 0; column < columns; column++, i++) {
      const level = grey[i]!;
      const left = horizontal.first[column]! * levels + level;
      const right = horizontal.second[column]! * levels + level;
      const share = horizontal.share[column]!;
      const top = curves[above + left]! * (1 - share) + curves[above + right]! * share;
      const bottom = curves[below + left]! * (1 - share) + curves[below + right]! * share;
      out[i] = top * (1 - lower) + bottom * lower;
    }
  }
  return withValues(picture, out);
}

/** The histogram of a tile; the part beyond the picture is its mirror image without the edge row ("reflect 101"). */
function countLevels(
  grey: Uint8ClampedArray,
  { rows, columns }: GreyPicture,
  top: number,
  left: number,
  height: number,
  width: number,
): Uint32Array {
  const counts = new Uint32Array(levels);
  for (let row = top; row < top + height; row++) {
    const start = reflect(row, rows) * columns;
    for (let column = left; column < left + width; column++) {
      counts[grey[start + (column < columns ? column : reflect(column, columns))]!]!++;
    }
  }
  return counts;
}

/** Position `i` folded back into 0…length - 1 at both ends. */
function reflect(i: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const folded = i % period;
  return folded < length ? folded : period - folded;
}

/** Cuts every count to the limit and hands the excess out evenly; what does not divide goes to every n-th level. */
function limitCounts(counts: Uint32Array, limit: number): void {
  let excess = 0;
  for (let level = 0; level < levels; level++) {
    excess += Math.max(0, counts[level]! - limit);
    counts[level] = Math.min(counts[level]!, limit);
  }
  const each = Math.floor(excess / levels);
  for (let level = 0; level < levels; level++) counts[level]! += each;
  let rest = excess - each * levels;
  const step = Math.max(1, Math.floor(levels / Math.max(1, rest)));
  for (let level = 0; level < levels && rest > 0; level += step, rest--) counts[level]!++;
}

function writeCurve(counts: Uint32Array, area: number, curves: Float32Array, start: number): void {
  let sum = 0;
  for (let level = 0; level < levels; level++) {
    sum += counts[level]!;
    curves[start + level] = Math.min(levels - 1, roundToEven((sum * (levels - 1)) / area));
  }
}

/** As a processor rounds, and OpenCV with it. */
function roundToEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded;
}

/** For each position along an axis: the tiles before and after it, and the share of the second. */
function mixture(
  length: number,
  tileLength: number,
  tiles: number,
): { first: Uint16Array; second: Uint16Array; share: Float32Array } {
  const first = new Uint16Array(length);
  const second = new Uint16Array(length);
  const share = new Float32Array(length);
  for (let i = 0; i < length; i++) {
    const place = i / tileLength - 0.5;
    const before = Math.floor(place);
    first[i] = Math.max(before, 0);
    second[i] = Math.min(before + 1, tiles - 1);
    share[i] = place - before;
  }
  return { first, second, share };
}
