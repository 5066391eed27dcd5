import type { SlicePixels } from '../../../src-shared/contract/calls.ts';
import type { Ellipse } from './ellipse.ts';

/** What the pixels of a region hold, in modality values. */
export interface RegionStatistics {
  /** How many pixels counted. */
  count: number;
  mean: number;
  /** Of the pixels themselves: divided by their number, not by one less. */
  standardDeviation: number;
  minimum: number;
  maximum: number;
}

type Values = Pick<SlicePixels, 'rows' | 'columns' | 'samples' | 'rescaleSlope' | 'rescaleIntercept'>;

/**
 * Statistics of the pixels whose middle lies within an ellipse or on its rim.
 *
 *     ((c + ½ − cx) / a)² + ((r + ½ − cy) / b)² ≤ 1
 *
 * `r` and `c` are row and column, `cx` and `cy` the centre, `a` and `b` the radii. Values are
 * stored × slope + intercept; those that are not finite do not count. The variance is taken about the mean in
 * a running sum (Welford 1962), so that large offsets cost no digits.
 *
 * @returns null where the ellipse holds the middle of no pixel
 */
export function ellipseStatistics(slice: Values, ellipse: Ellipse): RegionStatistics | null {
  const found = { count: 0, mean: 0, squares: 0, minimum: Infinity, maximum: -Infinity };
  const { centre, radiusY } = ellipse;
  const firstRow = Math.max(0, Math.ceil(centre.y - radiusY - 0.5));
  const lastRow = Math.min(slice.rows - 1, Math.floor(centre.y + radiusY - 0.5));
  for (let row = firstRow; row <= lastRow; row++) {
    const half = halfChord(ellipse, row + 0.5);
    const first = Math.max(0, Math.ceil(centre.x - half - 0.5));
    const last = Math.min(slice.columns - 1, Math.floor(centre.x + half - 0.5));
    for (let column = first; column <= last; column++) {
      const stored = slice.samples[row * slice.columns + column]!;
      const value = stored * slice.rescaleSlope + slice.rescaleIntercept;
      if (!Number.isFinite(value)) continue;
      found.count++;
      const step = value - found.mean;
      found.mean += step / found.count;
      found.squares += step * (value - found.mean);
      if (value < found.minimum) found.minimum = value;
      if (value > found.maximum) found.maximum = value;
    }
  }
  if (found.count === 0) return null;
  const { count, mean, minimum, maximum } = found;
  return { count, mean, standardDeviation: Math.sqrt(found.squares / count), minimum, maximum };
}

/** Half of what a row cuts out of the ellipse; NaN beside it. A flat ellipse is a line. */
function halfChord({ centre, radiusX, radiusY }: Ellipse, y: number): number {
  const share = radiusY === 0 ? 0 : (y - centre.y) / radiusY;
  return radiusX * Math.sqrt(1 - share * share);
}
