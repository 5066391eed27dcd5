import type { Point } from '../affine.ts';
import type { Metric } from './Metric.ts';

/**
 * The distance of two points in the metric's unit.
 *
 *     d = √((Δx · x)² + (Δy · y)²)
 *
 * @param from - column and row, as `to`
 */
export function lengthBetween(from: Point, to: Point, metric: Metric): number {
  return Math.hypot((to.x - from.x) * metric.x, (to.y - from.y) * metric.y);
}
