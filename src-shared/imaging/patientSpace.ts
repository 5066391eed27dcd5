import type { SliceGeometry } from '../domain/slice.ts';
import { sliceNormal } from './planeOfOrientation.ts';
import { usableSpacingMm } from './usableSpacingMm.ts';

/** x to the patient's left, y to the back, z to the head (LPS), millimetres. */
export type PatientPoint = readonly [number, number, number];

/** A place on a slice in pixels; whole numbers are the centres of pixels. */
export interface PixelPlace {
  row: number;
  column: number;
}

/** Slices whose normals lie within five degrees count as parallel: repositioned heads differ by so much. */
const leastParallelCosine = Math.cos((5 * Math.PI) / 180);

const dot = (a: PatientPoint, b: PatientPoint): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/** Everything that places a slice in the patient, or null where a part of it is missing. */
function placementOf(geometry: SliceGeometry) {
  const { imageOrientationPatient: cosines, imagePositionPatient: origin } = geometry;
  const spacing = usableSpacingMm(geometry);
  const normal = sliceNormal(cosines);
  if (cosines === null || origin === null || spacing === null || normal === null) return null;
  const [rx, ry, rz, cx, cy, cz] = cosines as [number, number, number, number, number, number];
  return { origin, spacing, normal, alongRow: [rx, ry, rz], alongColumn: [cx, cy, cz] } as const;
}

/**
 * Where in the patient a pixel lies.
 *
 *     P = S + X · Δcolumns · column + Y · Δrows · row
 *
 * `S` is ImagePositionPatient, `X` the direction of a row and `Y` of a column, `Δ` the distances between columns
 * and between rows (DICOM PS3.3 C.7.6.2.1.1, equation C.7.6.2.1-1).
 *
 * @returns null where the geometry is not known
 */
export function patientPointAt(geometry: SliceGeometry, { row, column }: PixelPlace): PatientPoint | null {
  const placement = placementOf(geometry);
  if (placement === null) return null;
  const { origin, spacing, alongRow, alongColumn } = placement;
  const [down, across] = [spacing[0] * row, spacing[1] * column];
  return [
    origin[0] + alongRow[0] * across + alongColumn[0] * down,
    origin[1] + alongRow[1] * across + alongColumn[1] * down,
    origin[2] + alongRow[2] * across + alongColumn[2] * down,
  ];
}

/**
 * The pixel that a point of the patient lies over, looking along the slice's normal: the inverse of
 * `patientPointAt`, with the point's distance from the slice.
 *
 *     column = X · (P − S) / Δcolumns,  row = Y · (P − S) / Δrows,  distance = n · (P − S)
 *
 * @returns fractions of pixels, possibly beside the picture; the distance is positive on the normal's side. null
 *   where the geometry is not known
 */
export function pixelAtPatientPoint(
  geometry: SliceGeometry,
  point: PatientPoint,
): (PixelPlace & { distanceMm: number }) | null {
  const placement = placementOf(geometry);
  if (placement === null) return null;
  const { origin, spacing, normal, alongRow, alongColumn } = placement;
  const offset: PatientPoint = [point[0] - origin[0], point[1] - origin[1], point[2] - origin[2]];
  return {
    row: dot(alongColumn, offset) / spacing[0],
    column: dot(alongRow, offset) / spacing[1],
    distanceMm: dot(normal, offset),
  };
}

/** How far a point lies along the normal of a slice: what slices of a series are ordered by; null without orientation. */
export function positionAlongNormal(geometry: SliceGeometry, point: PatientPoint): number | null {
  const normal = sliceNormal(geometry.imageOrientationPatient);
  return normal === null ? null : dot(normal, point);
}

/** Whether two slices lie in parallel planes, whichever way they face; null where nobody knows. */
export function areParallel(one: SliceGeometry, other: SliceGeometry): boolean | null {
  const normal = sliceNormal(one.imageOrientationPatient);
  const otherNormal = sliceNormal(other.imageOrientationPatient);
  if (normal === null || otherNormal === null) return null;
  return Math.abs(dot(normal, otherNormal)) >= leastParallelCosine;
}
