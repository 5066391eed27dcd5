import { describe, expect, it } from 'vitest';
import { noAttributes, noGeometry } from '../../../src-shared/domain/slice.ts';
import { tinySlice } from '../tinySlice.ts';
import type { Measurement } from './Measurement.ts';
import { measurementTexts } from './measurementTexts.ts';

const size = { rows: 20, columns: 20 };
const slice = {
  ...tinySlice,
  ...size,
  samples: Int16Array.from({ length: 400 }, (_, i) => (i % 20 < 10 ? 20 : 60)),
  rescaleSlope: 1,
  rescaleIntercept: -1000,
  geometry: { ...noGeometry, pixelSpacingMm: [2, 0.5] as const },
};
const texts = (kind: Measurement['kind'], points: Measurement['points'], change = {}) =>
  measurementTexts({ id: 1, kind, points }, { ...slice, ...change });

describe('measurementTexts', () => {
  it('gives a length in millimetres, or in pixels where there is no spacing', () => {
    const ends = [
      { x: 2, y: 2 },
      { x: 8, y: 4 },
    ];
    expect(texts('length', ends)).toEqual(['5.0 mm']);
    expect(texts('length', ends, { geometry: noGeometry })).toEqual(['6.3 px']);
    expect(texts('length', [ends[0]!, { x: 3, y: 2 }])).toEqual(['0.50 mm']);
  });

  it('gives an angle in degrees, also while it is being drawn', () => {
    const arms = [
      { x: 9, y: 5 },
      { x: 5, y: 5 },
    ];
    expect(texts('angle', [...arms, { x: 9, y: 6 }])).toEqual(['45.0°']);
    expect(texts('angle', arms)).toEqual(['–']);
  });

  it('gives area and values of an ellipse, in HU for CT only', () => {
    const box = [
      { x: 4, y: 4 },
      { x: 16, y: 16 },
    ];
    const [area, mean, range] = texts('ellipse', box);
    expect(area).toBe('113.1 mm² · 112 px');
    expect([mean, range]).toEqual(['mean −960.0 ± 20.0', 'min −980.0, max −940.0']);
    const ct = texts('ellipse', box, { attributes: { ...noAttributes, modality: 'CT' } });
    expect(ct.slice(1)).toEqual(['mean −960.0 ± 20.0 HU', 'min −980.0, max −940.0 HU']);
    expect(texts('ellipse', [box[0]!, { x: 4.2, y: 4.2 }])).toEqual(['0.0 mm²', 'holds no pixel']);
  });
});
