import type { SliceGeometry } from '../../../src-shared/domain/slice.ts';
import { usableSpacingMm } from '../../../src-shared/imaging/usableSpacingMm.ts';

/** What one step along a row and one step along a column measure. */
export interface Metric {
  /** From one column to the next. */
  x: number;
  /** From one row to the next. */
  y: number;
  unit: 'mm' | 'px';
}

/**
 * Millimetres by the file's PixelSpacing, else pixels. ImagerPixelSpacing, the spacing on a detector, never
 * stands in for it: it is not the patient's (DICOM PS3.3 10.7.1.3).
 */
export function metricOf(geometry: SliceGeometry): Metric {
  const spacing = usableSpacingMm(geometry);
  return spacing === null ? { x: 1, y: 1, unit: 'px' } : { x: spacing[1], y: spacing[0], unit: 'mm' };
}
