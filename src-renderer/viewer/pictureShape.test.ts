import { describe, expect, it } from 'vitest';
import { noAttributes, noGeometry } from '../../src-shared/domain/slice.ts';
import { isSameSeries, pictureShape } from './pictureShape.ts';
import { tinySlice as slice } from './tinySlice.ts';

describe('pictureShape', () => {
  it('has tall pixels where rows are farther apart, and square ones where nothing is known', () => {
    expect(
      pictureShape({ ...slice, geometry: { ...noGeometry, pixelSpacingMm: [3, 1.5] } }).pixelAspect,
    ).toBe(2);
    for (const spacing of [null, [0, 1], [Number.NaN, 1], [-1, 1], [Infinity, 1]] as const) {
      expect(
        pictureShape({ ...slice, geometry: { ...noGeometry, pixelSpacingMm: spacing } }).pixelAspect,
      ).toBe(1);
    }
  });

  it('tells another series by its identifier or its matrix', () => {
    expect(isSameSeries(slice, { ...slice, samples: Int16Array.of(6, 5, 4, 3, 2, 1) })).toBe(true);
    expect(isSameSeries(slice, { ...slice, attributes: { ...noAttributes, seriesInstanceUid: '1.2' } })).toBe(
      false,
    );
    expect(isSameSeries(slice, { ...slice, rows: 3, columns: 2 })).toBe(false);
  });
});
