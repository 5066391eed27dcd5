import { patientPointAt, pixelAtPatientPoint } from '../../../src-shared/imaging/patientSpace.ts';
import type { View } from '../../viewer/view.ts';
import { isOneSpace, type PlacedPane } from './followPlace.ts';

/** A pane with how it is looked at. */
export type LookedAt = PlacedPane & { view: View };

/**
 * How a pane is looked at when another was zoomed or moved: as large, with the same point of the patient in its
 * middle, or where that is not known the same part of the picture. Turns and mirrorings stay each pane's own, and a
 * picture that is seen whole makes the others whole.
 *
 * @param leader - as it is looked at now
 */
export function followedView(leader: LookedAt, follower: LookedAt): View {
  const { zoom, centre } = leader.view;
  const isWhole = zoom <= 1 && centre.x === 0.5 && centre.y === 0.5;
  return { ...follower.view, zoom, centre: isWhole ? centre : sameCentre(leader, follower) };
}

/** In fractions of the picture, where pixel (row r, column c) covers c…c+1 by r…r+1. */
function sameCentre(leader: LookedAt, follower: LookedAt): View['centre'] {
  const { centre } = leader.view;
  if (leader.shown === null || follower.shown === null || !isOneSpace(leader, follower)) return centre;
  const { geometry, rows, columns } = leader.shown.pixels;
  const point = patientPointAt(geometry, { row: centre.y * rows - 0.5, column: centre.x * columns - 0.5 });
  const place = point && pixelAtPatientPoint(follower.shown.pixels.geometry, point);
  if (place === null) return centre;
  const fraction = (at: number, count: number) => Math.max(0, Math.min(1, (at + 0.5) / count));
  return {
    x: fraction(place.column, follower.shown.pixels.columns),
    y: fraction(place.row, follower.shown.pixels.rows),
  };
}
