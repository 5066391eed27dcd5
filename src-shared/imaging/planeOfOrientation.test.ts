import { describe, expect, it } from 'vitest';
import { planeOfOrientation, sliceNormal } from './planeOfOrientation.ts';

describe('planeOfOrientation', () => {
  it('knows the planes of DICOM PS3.3 C.7.6.2.1.1', () => {
    expect(planeOfOrientation([1, 0, 0, 0, 1, 0])).toBe('axial');
    expect(planeOfOrientation([0, 1, 0, 0, 0, -1])).toBe('sagittal');
    expect(planeOfOrientation([1, 0, 0, 0, 0, -1])).toBe('coronal');
  });

  it('does not mind flips, turns within the plane and tilts below 45°', () => {
    for (let angle = 0; angle < 7; angle += 0.3) {
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      expect(planeOfOrientation([c, s, 0, -s, c, 0])).toBe('axial');
      expect(planeOfOrientation([0, c, s, 0, s, -c])).toBe('sagittal');
      const tilt = Math.abs(angle % 1.5) < 0.75 ? 'axial' : 'coronal';
      const t = angle % 1.5;
      expect(planeOfOrientation([1, 0, 0, 0, Math.cos(t), Math.sin(t)])).toBe(tilt);
    }
  });

  it('decides a tilt of exactly 45° in the same way however it is rounded', () => {
    const half = Math.SQRT1_2;
    for (const error of [-1e-9, 0, 1e-9]) {
      expect(planeOfOrientation([1, 0, 0, 0, half + error, half])).toBe('axial');
      expect(planeOfOrientation([half, half + error, 0, 0, 0, -1])).toBe('coronal');
    }
  });

  it('answers null where there is no orientation', () => {
    const bad = [
      null,
      [],
      [1, 0, 0],
      [0, 0, 0, 0, 0, 0],
      [1, 0, 0, 1, 0, 0],
      [NaN, 0, 0, 0, 1, 0],
      [1, 0, 0, 0, Infinity, 0],
    ];
    for (const orientation of bad) expect(planeOfOrientation(orientation)).toBeNull();
  });
});

describe('sliceNormal', () => {
  it('is a unit vector at right angles to both directions', () => {
    const orientation = [0.9, 0.1, 0.42, -0.2, 0.95, 0.2];
    const normal = sliceNormal(orientation)!;
    const dot = (from: number) =>
      normal.reduce((sum, part, axis) => sum + part * orientation[from + axis]!, 0);
    expect(Math.hypot(...normal)).toBeCloseTo(1, 12);
    expect(dot(0)).toBeCloseTo(0, 12);
    expect(dot(3)).toBeCloseTo(0, 12);
    expect(sliceNormal([1, 0, 0, 0, 1, 0])).toEqual([0, 0, 1]);
  });
});
