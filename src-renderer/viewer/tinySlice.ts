import type { SlicePixels } from '../../src-shared/contract/calls.ts';
import { noAttributes, noGeometry } from '../../src-shared/domain/slice.ts';

/** Two rows of three pixels with geometry, for tests that need a slice and not a picture. */
export const tinySlice: SlicePixels = {
  rows: 2,
  columns: 3,
  samples: Int16Array.of(1, 2, 3, 4, 5, 6),
  bitsStored: 16,
  rescaleSlope: 2,
  rescaleIntercept: -100,
  isInverted: false,
  window: { center: 400, width: 800 },
  geometry: {
    ...noGeometry,
    pixelSpacingMm: [0.859375, 0.859375],
    imageOrientationPatient: [1, 0, 0, 0, 1, 0],
  },
  attributes: noAttributes,
  format: 'dicom',
};
