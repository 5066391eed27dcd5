import type { Point } from '../affine.ts';
import type { Metric } from './Metric.ts';

/**
 * The angle between two arms in the patient, not in the grid: where rows and columns are not equally far
 * apart, the two differ.
 *
 *     α = atan2(|u × v|, u · v),  u and v the arms in the metric's unit
 *
 * @returns degrees, 0 to 180; null while an arm has no length
 */
export function angleAt(vertex: Point, from: Point, to: Point, metric: Metric): number | null {
  const u = { x: (from.x - vertex.x) * metric.x, y: (from.y - vertex.y) * metric.y };
  const v = { x: (to.x - vertex.x) * metric.x, y: (to.y - vertex.y) * metric.y };
  if (Math.hypot(u.x, u.y) === 0 || Math.hypot(v.x, v.y) === 0) return null;
  const cross = Math.abs(u.x * v.y - u.y * v.x);
  return (Math.atan2(cross, u.x * v.x + u.y * v.y) * 180) / Math.PI;
}
