import type { SliceHandle } from './collection.ts';

/** How many points make a measurement of each kind. */
export const pointCounts = { length: 2, angle: 3, ellipse: 2 } as const;

export type MeasurementKind = keyof typeof pointCounts;

/** A place on a picture: pixel (row r, column c) covers x from c to c + 1 and y from r to r + 1. */
export interface PicturePoint {
  x: number;
  y: number;
}

/**
 * Something that a reader measured on one slice. Its values follow from the points and the slice's spacing, so only
 * the points are kept:
 *
 * - length: its two ends
 * - angle: the end of one arm, the vertex, the end of the other
 * - ellipse: two opposite corners of the box around it, whose sides lie along rows and columns
 */
export interface SliceMark {
  kind: MeasurementKind;
  points: readonly PicturePoint[];
}

/** All that is measured on a slice, as it was at one time. Versions are never changed: every change is a new one. */
export interface MeasurementVersion {
  /** A stored handle. */
  slice: SliceHandle;
  /** Counted from 1 for each slice. */
  version: number;
  createdAt: string;
  reader: string;
  /** In the order in which they were drawn; none where all were removed. */
  marks: readonly SliceMark[];
}
