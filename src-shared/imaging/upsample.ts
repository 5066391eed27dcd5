import { resize, type PictureSize } from './resize.ts';

/**
 * Enlarges a heatmap to the size of the region that it covers, by bilinear interpolation.
 *
 *     out(r, c) = map((r + 1/2) H / R - 1/2, (c + 1/2) W / C - 1/2)
 *
 * `H × W` is the map's size and `R × C` the region's; positions beyond the outermost cell centres take their
 * value ("align_corners = false", edges clamped). Each cell thus covers its own H-th and W-th of the region,
 * as the cells of a convolutional map do.
 *
 * @param values - [row][column]
 * @returns [row][column] of the region
 */
export function upsample(
  values: ArrayLike<number>,
  map: PictureSize,
  region: PictureSize,
): Float32Array<ArrayBuffer> {
  return resize(values, map, region);
}
