import { mapPoint, type Affine, type Point } from '../affine.ts';
import { handlesOf } from './handles.ts';
import type { Measurement } from './Measurement.ts';
import { outlineOf } from './outlineOf.ts';

/** A measurement, and the handle that is meant; null means the whole. */
export interface Hold {
  id: number;
  handle: number | null;
}

/** CSS pixels around a handle and beside a line that still belong to it. */
const reach = { handle: 10, line: 6 };

/**
 * What lies under the pointer: the nearest handle in reach, else the nearest line. Of two at one distance the
 * later is on top.
 *
 * @param at - CSS pixels
 */
export function findMeasurement(
  measurements: readonly Measurement[],
  imageToScreen: Affine,
  at: Point,
): Hold | null {
  return (
    nearest(handlesNear(measurements, imageToScreen, at)) ??
    nearest(linesNear(measurements, imageToScreen, at))
  );
}

interface Candidate extends Hold {
  distance: number;
}

function handlesNear(measurements: readonly Measurement[], imageToScreen: Affine, at: Point): Candidate[] {
  const all = measurements.flatMap((measurement) =>
    handlesOf(measurement).map((point, handle) => {
      const { x, y } = mapPoint(imageToScreen, point);
      return { id: measurement.id, handle, distance: Math.hypot(x - at.x, y - at.y) };
    }),
  );
  return all.filter(({ distance }) => distance <= reach.handle);
}

function linesNear(measurements: readonly Measurement[], imageToScreen: Affine, at: Point): Candidate[] {
  const all = measurements.map((measurement) => {
    const outline = outlineOf(measurement).map((point) => mapPoint(imageToScreen, point));
    return { id: measurement.id, handle: null, distance: distanceToLine(outline, at) };
  });
  return all.filter(({ distance }) => distance <= reach.line);
}

function nearest(candidates: readonly Candidate[]): Hold | null {
  const least = Math.min(...candidates.map(({ distance }) => distance));
  const found = candidates.findLast(({ distance }) => distance === least);
  return found === undefined ? null : { id: found.id, handle: found.handle };
}

function distanceToLine(line: readonly Point[], at: Point): number {
  let least = Infinity;
  for (let i = 1; i < line.length; i++)
    least = Math.min(least, distanceToSegment(line[i - 1]!, line[i]!, at));
  return least;
}

function distanceToSegment(from: Point, to: Point, at: Point): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const squared = dx * dx + dy * dy;
  const share = squared === 0 ? 0 : ((at.x - from.x) * dx + (at.y - from.y) * dy) / squared;
  const nearest = Math.min(Math.max(share, 0), 1);
  return Math.hypot(from.x + nearest * dx - at.x, from.y + nearest * dy - at.y);
}
