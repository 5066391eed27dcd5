import { describe, expect, it } from 'vitest';
import { scaleBar } from './scaleBar.ts';

describe('scaleBar', () => {
  it('is the longest round length that fits', () => {
    expect(scaleBar(3, 160)).toEqual({ lengthMm: 50, length: 150, label: '5 cm' });
    expect(scaleBar(1, 160)).toEqual({ lengthMm: 100, length: 100, label: '10 cm' });
    expect(scaleBar(10, 49)).toEqual({ lengthMm: 2, length: 20, label: '2 mm' });
    expect(scaleBar(200, 160).label).toBe('0.5 mm');
    expect(scaleBar(4000, 160).label).toBe('20 µm');
  });

  it('fills at least two fifths of its room at any magnification', () => {
    for (let pixelsPerMm = 0.01; pixelsPerMm < 1000; pixelsPerMm *= 1.07) {
      const { length, lengthMm } = scaleBar(pixelsPerMm, 160);
      expect(length).toBeCloseTo(lengthMm * pixelsPerMm, 9);
      expect(length).toBeLessThanOrEqual(160);
      expect(length).toBeGreaterThan(0.4 * 160 - 1e-9);
    }
  });
});
