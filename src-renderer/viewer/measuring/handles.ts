import type { Point } from '../affine.ts';
import type { Measurement, PictureSize } from './Measurement.ts';

const clamp = (value: number, most: number): number => Math.min(Math.max(value, 0), most);

/**
 * Where a measurement can be taken hold of: the points of a length or an angle, and the ends of an ellipse's
 * axes: first the side of its first corner across the rows, then the columns' side of the other, and so round.
 */
export function handlesOf({ kind, points }: Measurement): readonly Point[] {
  if (kind !== 'ellipse') return points;
  const [corner, opposite] = points as readonly [Point, Point];
  const [middleX, middleY] = [(corner.x + opposite.x) / 2, (corner.y + opposite.y) / 2];
  return [
    { x: middleX, y: corner.y },
    { x: opposite.x, y: middleY },
    { x: middleX, y: opposite.y },
    { x: corner.x, y: middleY },
  ];
}

/**
 * The measurement with one handle elsewhere; a side of an ellipse moves only across itself.
 *
 * @param to - where the handle is wanted; the nearest place on the picture is taken
 */
export function moveHandle(
  measurement: Measurement,
  handle: number,
  to: Point,
  { rows, columns }: PictureSize,
): Measurement {
  const place = { x: clamp(to.x, columns), y: clamp(to.y, rows) };
  const { kind, points } = measurement;
  if (kind !== 'ellipse') {
    return { ...measurement, points: points.map((point, index) => (index === handle ? place : point)) };
  }
  const [corner, opposite] = points as readonly [Point, Point];
  const moved = [
    [{ ...corner, y: place.y }, opposite],
    [corner, { ...opposite, x: place.x }],
    [corner, { ...opposite, y: place.y }],
    [{ ...corner, x: place.x }, opposite],
  ][handle];
  return moved === undefined ? measurement : { ...measurement, points: moved };
}

/** The measurement moved as a whole, as far as it stays on the picture. */
export function moveWhole(measurement: Measurement, by: Point, { rows, columns }: PictureSize): Measurement {
  const within = (values: number[], wanted: number, most: number): number =>
    Math.min(Math.max(wanted, -Math.min(...values)), most - Math.max(...values));
  const { points } = measurement;
  const x = within(
    points.map((point) => point.x),
    by.x,
    columns,
  );
  const y = within(
    points.map((point) => point.y),
    by.y,
    rows,
  );
  return { ...measurement, points: points.map((point) => ({ x: point.x + x, y: point.y + y })) };
}
