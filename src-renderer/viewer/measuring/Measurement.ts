import type { Point } from '../affine.ts';

export type MeasurementKind = 'length' | 'angle' | 'ellipse';

/**
 * Something that a reader measured on one slice. Points are columns and rows of the picture, where pixel
 * (row r, column c) covers c…c+1 by r…r+1:
 *
 * - length: its two ends
 * - angle: the end of one arm, the vertex, the end of the other
 * - ellipse: two opposite corners of the box around it, whose sides lie along rows and columns
 */
export interface Measurement {
  id: number;
  kind: MeasurementKind;
  points: readonly Point[];
}

/** How many points make one. */
export const pointCounts: Record<MeasurementKind, number> = { length: 2, angle: 3, ellipse: 2 };

/** Size of a picture in pixels; points never leave it. */
export interface PictureSize {
  rows: number;
  columns: number;
}
