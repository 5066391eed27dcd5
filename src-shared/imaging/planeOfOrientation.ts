import type { Plane } from '../domain/plane.ts';
import type { SliceHeader } from '../domain/slice.ts';

const planeOfAxis: readonly Plane[] = ['sagittal', 'coronal', 'axial'];

/**
 * The unit normal of a slice: the cross product of its row and its column direction.
 *
 *     n = r × c / |r × c|
 *
 * @param orientation - ImageOrientationPatient: direction cosines of a row (r), then of a column (c), in
 *   patient coordinates (LPS: x to the left, y to the back, z to the head); DICOM PS3.3 C.7.6.2.1.1
 * @returns null where the six numbers are no two directions
 */
export function sliceNormal(orientation: readonly number[] | null): [number, number, number] | null {
  if (orientation?.length !== 6) return null;
  const [rx, ry, rz, cx, cy, cz] = orientation as [number, number, number, number, number, number];
  const normal = [ry * cz - rz * cy, rz * cx - rx * cz, rx * cy - ry * cx] as const;
  const length = Math.hypot(...normal);
  if (!(length > 1e-6 && length < Infinity)) return null;
  return [normal[0] / length, normal[1] / length, normal[2] / length];
}

/**
 * The viewing plane that a slice lies nearest to: the patient axis with the largest part of its normal.
 * x means sagittal, y coronal and z axial, so an oblique slice counts as the plane it is tilted from.
 * At exactly 45° between two planes the later of sagittal, coronal, axial is taken.
 *
 * @param orientation - ImageOrientationPatient, see `sliceNormal`
 * @returns null where there is no usable orientation
 */
export function planeOfOrientation(orientation: readonly number[] | null): Plane | null {
  const parts = sliceNormal(orientation)?.map(Math.abs);
  if (parts === undefined) return null;
  const largest = Math.max(...parts);
  // A slice meant at 45° must not fall to either side by the last digit of a rounded cosine.
  const axis = parts.findLastIndex((part) => part > largest - 1e-6);
  return planeOfAxis[axis] ?? null;
}

/** The plane of a slice as its file states it: the cut of a volume, else the orientation; null where it says nothing. */
export function planeOf({
  volumePlane,
  geometry,
}: Pick<SliceHeader, 'volumePlane' | 'geometry'>): Plane | null {
  return volumePlane ?? planeOfOrientation(geometry.imageOrientationPatient);
}
