import type { Point } from '../affine.ts';
import { ellipseIn } from './ellipse.ts';
import type { Measurement } from './Measurement.ts';

/** Corners of the drawn ellipse: at 600 pixels across, the polygon is nowhere 0.4 pixels off. */
const ellipseCorners = 64;

/** A measurement as one line through the picture, columns and rows; an ellipse ends where it began. */
export function outlineOf({ kind, points }: Measurement): readonly Point[] {
  if (kind !== 'ellipse') return points;
  const { centre, radiusX, radiusY } = ellipseIn(points[0]!, points[1]!);
  return Array.from({ length: ellipseCorners + 1 }, (_, corner) => {
    const angle = (2 * Math.PI * corner) / ellipseCorners;
    return { x: centre.x + radiusX * Math.cos(angle), y: centre.y + radiusY * Math.sin(angle) };
  });
}
