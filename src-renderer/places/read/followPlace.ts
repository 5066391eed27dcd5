import type { SlicePixels } from '../../../src-shared/contract/calls.ts';
import {
  areParallel,
  patientPointAt,
  pixelAtPatientPoint,
  positionAlongNormal,
  type PatientPoint,
  type PixelPlace,
} from '../../../src-shared/imaging/patientSpace.ts';
import { sliceNormal } from '../../../src-shared/imaging/planeOfOrientation.ts';

/** What of a pane decides where it is in the patient. */
export interface PlacedPane {
  series: { key: string; slices: readonly { positionMm: number | null }[] } | null;
  sliceIndex: number;
  shown: { pixels: Pick<SlicePixels, 'geometry' | 'attributes' | 'rows' | 'columns'> } | null;
}

/** A place in another pane, as the cross-hair marks it. */
export type CursorPlace = PixelPlace & { distanceMm: number };

/**
 * Whether positions of two panes can be compared: both in one frame of reference, or, where neither file names one,
 * in one study, as the planes of a volume are. Positions of different frames have nothing to do with each other, even
 * where their numbers look alike (DICOM PS3.3 C.7.4.1).
 */
export function isOneSpace(one: PlacedPane, other: PlacedPane): boolean {
  const frame = one.shown?.pixels.attributes.frameOfReferenceUid ?? null;
  const otherFrame = other.shown?.pixels.attributes.frameOfReferenceUid ?? null;
  if (frame !== null || otherFrame !== null) return frame === otherFrame;
  return one.shown !== null && other.shown !== null && studyOf(one) === studyOf(other);
}

const studyOf = ({ series }: PlacedPane) => series?.key.split('/')[0];

/** Where in the patient a pixel of the slice that a pane shows lies; null without geometry. */
export function patientPointIn({ shown }: PlacedPane, place: PixelPlace): PatientPoint | null {
  return shown === null ? null : patientPointAt(shown.pixels.geometry, place);
}

/** The middle of the slice that a pane has chosen: along the normal from the one that it still shows. */
function chosenMiddle({ shown, series, sliceIndex }: PlacedPane): PatientPoint | null {
  const position = series?.slices[sliceIndex]?.positionMm ?? null;
  if (shown === null || position === null) return null;
  const { geometry, rows, columns } = shown.pixels;
  const middle = patientPointAt(geometry, { row: (rows - 1) / 2, column: (columns - 1) / 2 });
  const normal = sliceNormal(geometry.imageOrientationPatient);
  if (middle === null || normal === null) return null;
  const ahead = position - (positionAlongNormal(geometry, middle) ?? position);
  return [middle[0] + normal[0] * ahead, middle[1] + normal[1] * ahead, middle[2] + normal[2] * ahead];
}

/**
 * The slice of a pane that a point of the patient lies nearest to; of two as near the one before.
 *
 * @returns null where the pane does not know where its slices are
 */
export function nearestSlice(pane: PlacedPane, point: PatientPoint): number | null {
  if (pane.shown === null || pane.series === null) return null;
  const position = positionAlongNormal(pane.shown.pixels.geometry, point);
  const positions = pane.series.slices.map(({ positionMm }) => positionMm);
  if (position === null || positions.some((one) => one === null)) return null;
  const distances = positions.map((one) => Math.abs(one! - position));
  return distances.indexOf(Math.min(...distances));
}

/**
 * The slice that a pane goes to when another was scrolled: the nearest in millimetres where both are parallel in one
 * frame of reference; as many steps where that is not known; its own where the planes are known to cross.
 *
 * @param leader - after it was scrolled, with the picture that it still shows
 * @param steps - that the leader went
 */
export function followedSlice(leader: PlacedPane, follower: PlacedPane, steps: number): number {
  const { sliceIndex } = follower;
  if (leader.shown === null || follower.shown === null) return sliceIndex;
  const parallel = areParallel(leader.shown.pixels.geometry, follower.shown.pixels.geometry);
  if (parallel === false) return sliceIndex;
  const nearest = parallel && isOneSpace(leader, follower) ? alignedSlice(leader, follower) : null;
  return nearest ?? sliceIndex + steps;
}

/**
 * The slice of a pane that lies nearest to the one that another has chosen.
 *
 * @returns null unless both are parallel in one frame of reference
 */
export function alignedSlice(leader: PlacedPane, follower: PlacedPane): number | null {
  if (leader.shown === null || follower.shown === null || !isOneSpace(leader, follower)) return null;
  if (areParallel(leader.shown.pixels.geometry, follower.shown.pixels.geometry) !== true) return null;
  const middle = chosenMiddle(leader);
  return middle === null ? null : nearestSlice(follower, middle);
}

/**
 * Where a place on one pane's picture lies on another's.
 *
 * @returns null where that is not known, or beside the other picture
 */
export function cursorIn(other: PlacedPane, pane: PlacedPane, place: PixelPlace): CursorPlace | null {
  if (pane.shown === null || other.shown === null || !isOneSpace(pane, other)) return null;
  const point = patientPointIn(pane, place);
  const { geometry, rows, columns } = other.shown.pixels;
  const found = point && pixelAtPatientPoint(geometry, point);
  const isOnPicture =
    found !== null &&
    Math.abs(2 * found.row + 1 - rows) <= rows &&
    Math.abs(2 * found.column + 1 - columns) <= columns;
  return isOnPicture ? found : null;
}
