import type { SlicePixels } from '../../src-shared/contract/calls.ts';
import type { SliceGeometry } from '../../src-shared/domain/slice.ts';
import { usableSpacingMm } from '../../src-shared/imaging/usableSpacingMm.ts';

/** What decides how a picture fits a viewport. */
export interface PictureShape {
  rows: number;
  columns: number;
  /** Height of a pixel over its width; 1 where the spacing is unknown. */
  pixelAspect: number;
}

/** The shape of a slice as it lies in the patient, so that a circle stays a circle. */
export function pictureShape(slice: {
  rows: number;
  columns: number;
  geometry: SliceGeometry;
}): PictureShape {
  const [rowSpacing, columnSpacing] = usableSpacingMm(slice.geometry) ?? [1, 1];
  return { rows: slice.rows, columns: slice.columns, pixelAspect: rowSpacing / columnSpacing };
}

/** True for slices that can be scrolled through without looking elsewhere: one series, one matrix. */
export function isSameSeries(one: SlicePixels, other: SlicePixels): boolean {
  return (
    one.attributes.seriesInstanceUid === other.attributes.seriesInstanceUid &&
    one.rows === other.rows &&
    one.columns === other.columns &&
    pictureShape(one).pixelAspect === pictureShape(other).pixelAspect
  );
}
