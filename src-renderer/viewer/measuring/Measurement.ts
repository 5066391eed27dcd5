import type { MeasurementKind, SliceMark } from '../../../src-shared/domain/measurements.ts';

export { pointCounts, type MeasurementKind } from '../../../src-shared/domain/measurements.ts';

/** What a reader measured on one slice, as the page tells it from the others. */
export interface Measurement extends SliceMark {
  id: number;
  kind: MeasurementKind;
}

/** Size of a picture in pixels; points never leave it. */
export interface PictureSize {
  rows: number;
  columns: number;
}
