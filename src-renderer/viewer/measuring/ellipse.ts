import type { Point } from '../affine.ts';
import type { Metric } from './Metric.ts';

/** An ellipse whose axes lie along rows and columns, in pixels. */
export interface Ellipse {
  centre: Point;
  radiusX: number;
  radiusY: number;
}

/** The ellipse that fills the box between two opposite corners. */
export function ellipseIn(corner: Point, opposite: Point): Ellipse {
  return {
    centre: { x: (corner.x + opposite.x) / 2, y: (corner.y + opposite.y) / 2 },
    radiusX: Math.abs(opposite.x - corner.x) / 2,
    radiusY: Math.abs(opposite.y - corner.y) / 2,
  };
}

/** Its area in the square of the metric's unit: π · a · b. */
export function ellipseArea({ radiusX, radiusY }: Ellipse, metric: Metric): number {
  return Math.PI * radiusX * metric.x * radiusY * metric.y;
}
