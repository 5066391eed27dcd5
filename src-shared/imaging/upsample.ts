import type { SliceRegion } from '../domain/analysis.ts';
import type { PictureSize } from './resize.ts';

/**
 * Enlarges a heatmap to the size of a picture, by bilinear interpolation, over the region that it covers.
 *
 *     out(r, c) = map((r + 1/2 - top) H / height - 1/2, (c + 1/2 - left) W / width - 1/2)
 *
 * `H × W` is the map's size; positions beyond the outermost cell centres take their value ("align_corners =
 * false", edges clamped). Each cell thus covers its own H-th and W-th of the region, as the cells of a
 * convolutional map do. What lies of the region beyond the picture is cut.
 *
 * @param values - [row][column]
 * @param region - in the picture's pixels, fractions allowed; the whole picture where left out
 * @returns [row][column] of the picture, 0 where a pixel's centre lies outside of the region
 */
export function upsample(
  values: ArrayLike<number>,
  map: PictureSize,
  picture: PictureSize,
  region: SliceRegion = { top: 0, left: 0, height: picture.rows, width: picture.columns },
): Float32Array<ArrayBuffer> {
  const out = new Float32Array(picture.rows * picture.columns);
  const down = cellsAlong(map.rows, picture.rows, region.top, region.height);
  const across = cellsAlong(map.columns, picture.columns, region.left, region.width);
  for (let row = down.begin; row < down.end; row++) {
    const upper = down.cell[row]! * map.columns;
    const lower = Math.min(down.cell[row]! + 1, map.rows - 1) * map.columns;
    for (let column = across.begin; column < across.end; column++) {
      const left = across.cell[column]!;
      const right = Math.min(left + 1, map.columns - 1);
      const toRight = across.share[column]!;
      const above = values[upper + left]! * (1 - toRight) + values[upper + right]! * toRight;
      const below = values[lower + left]! * (1 - toRight) + values[lower + right]! * toRight;
      out[row * picture.columns + column] = above + (below - above) * down.share[row]!;
    }
  }
  return out;
}

/** For each pixel from `begin` to before `end`: the cell whose centre precedes it, and the share of the next. */
function cellsAlong(
  cells: number,
  pixels: number,
  start: number,
  length: number,
): { begin: number; end: number; cell: Int32Array; share: Float32Array } {
  const cell = new Int32Array(pixels);
  const share = new Float32Array(pixels);
  const begin = Math.max(0, Math.ceil(start - 0.5));
  const end = Math.min(pixels, Math.floor(start + length - 0.5) + 1);
  for (let pixel = begin; pixel < end; pixel++) {
    const place = ((pixel + 0.5 - start) * cells) / length - 0.5;
    const inside = Math.min(Math.max(place, 0), cells - 1);
    cell[pixel] = Math.floor(inside);
    share[pixel] = inside - cell[pixel]!;
  }
  return { begin, end, cell, share };
}
