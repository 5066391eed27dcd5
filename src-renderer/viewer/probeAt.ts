import type { SlicePixels } from '../../src-shared/contract/calls.ts';
import { invert, mapPoint, type Affine, type Point } from './affine.ts';

/** One pixel of a slice. */
export interface Probe {
  row: number;
  column: number;
  /** Stored value × slope + intercept, in the modality's unit. */
  value: number;
}

/**
 * The pixel at a place of the viewport.
 *
 * @param point - CSS pixels
 * @returns null beside the picture
 */
export function probeAt(slice: SlicePixels, imageToScreen: Affine, point: Point): Probe | null {
  const place = mapPoint(invert(imageToScreen), point);
  const row = Math.floor(place.y);
  const column = Math.floor(place.x);
  if (row < 0 || column < 0 || row >= slice.rows || column >= slice.columns) return null;
  const stored = slice.samples[row * slice.columns + column]!;
  return { row, column, value: stored * slice.rescaleSlope + slice.rescaleIntercept };
}
