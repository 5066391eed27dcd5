import { describe, expect, it } from 'vitest';
import { noGeometry, type SliceGeometry } from '../domain/slice.ts';
import { areParallel, patientPointAt, pixelAtPatientPoint, positionAlongNormal } from './patientSpace.ts';

const axial: SliceGeometry = {
  pixelSpacingMm: [2, 0.5],
  imageOrientationPatient: [1, 0, 0, 0, 1, 0],
  imagePositionPatient: [-100, -80, 30],
  sliceThicknessMm: 5,
};
const sagittal: SliceGeometry = {
  ...axial,
  imageOrientationPatient: [0, 1, 0, 0, 0, -1],
  imagePositionPatient: [12, -80, 90],
};

/** Axial, tilted about x. */
function tilted(degrees: number): SliceGeometry {
  const [cosine, sine] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return { ...axial, imageOrientationPatient: [1, 0, 0, 0, cosine, sine] };
}

describe('places in the patient', () => {
  it('counts columns along the row and rows along the column', () => {
    expect(patientPointAt(axial, { row: 0, column: 0 })).toEqual([-100, -80, 30]);
    expect(patientPointAt(axial, { row: 10, column: 4 })).toEqual([-98, -60, 30]);
    // Downwards in a sagittal picture is towards the feet.
    expect(patientPointAt(sagittal, { row: 10, column: 4 })).toEqual([12, -78, 70]);
  });

  it('finds the pixel under a point, and how far off the slice it is', () => {
    const point = patientPointAt(sagittal, { row: 21, column: 40 })!;
    // [12, −60, 48]: 112 mm along the rows, 20 mm down, 18 mm above.
    expect(pixelAtPatientPoint(axial, point)).toEqual({ row: 10, column: 224, distanceMm: 18 });
  });

  it.each([axial, sagittal, tilted(33)])('goes there and back: %o', (geometry) => {
    const back = pixelAtPatientPoint(geometry, patientPointAt(geometry, { row: 7.25, column: 101.5 })!)!;
    expect(back.row).toBeCloseTo(7.25, 9);
    expect(back.column).toBeCloseTo(101.5, 9);
    expect(back.distanceMm).toBeCloseTo(0, 9);
  });

  it('claims nothing without geometry', () => {
    const unplaced = { ...axial, imagePositionPatient: null };
    for (const geometry of [noGeometry, unplaced, { ...axial, pixelSpacingMm: null }]) {
      expect(patientPointAt(geometry, { row: 0, column: 0 })).toBeNull();
      expect(pixelAtPatientPoint(geometry, [0, 0, 0])).toBeNull();
    }
    expect(positionAlongNormal(noGeometry, [0, 0, 0])).toBeNull();
  });

  it('measures along the normal whichever way it points', () => {
    const flipped = { ...axial, imageOrientationPatient: [1, 0, 0, 0, -1, 0] };
    expect([axial, flipped].map((geometry) => positionAlongNormal(geometry, [5, 6, 42]))).toEqual([42, -42]);
  });
});

describe('areParallel', () => {
  it('allows five degrees, and does not mind the side one looks from', () => {
    expect([0, 4.9, 5.1, 90].map((degrees) => areParallel(axial, tilted(degrees)))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(areParallel(axial, { ...axial, imageOrientationPatient: [-1, 0, 0, 0, 1, 0] })).toBe(true);
    expect(areParallel(axial, sagittal)).toBe(false);
    expect(areParallel(axial, noGeometry)).toBeNull();
  });
});
