import { contours } from 'd3-contour';
import type { OutlineRing } from '../../src-shared/domain/review.ts';
import type { PictureSize } from '../../src-shared/imaging/resize.ts';

/**
 * The closed lines around what a mask marks, half-way between its pixels' middles (marching squares), holes included:
 * `fillRings` of them gives the mask back.
 *
 * @param mask - 1 inside and 0 outside, [row][column]
 * @returns none where nothing is marked
 */
export function traceMask(mask: Uint8Array, { rows, columns }: PictureSize): OutlineRing[] {
  const trace = contours().size([columns, rows]).smooth(false).contour(Array.from(mask), 0.5);
  // d3 repeats a line's first corner as its last one.
  return trace.coordinates.flatMap((polygon) =>
    polygon.map((ring) => ring.slice(0, -1).map(([x, y]) => [x!, y!] as const)),
  );
}
