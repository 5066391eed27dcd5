import { describe, expect, it } from 'vitest';
import { noAttributes, noGeometry } from '../../src-shared/domain/slice.ts';
import { sizeText, sourceBadges, windowText } from './overlayTexts.ts';
import { tinySlice as slice } from './tinySlice.ts';

describe('sourceBadges', () => {
  it('warns of what a source lacks', () => {
    expect(sourceBadges(slice)).toEqual([]);
    expect(sourceBadges({ ...slice, geometry: noGeometry })).toEqual(['No geometry']);
    expect(sourceBadges({ ...slice, geometry: { ...slice.geometry, pixelSpacingMm: [0, 0] } })).toEqual([
      'No scale',
    ]);
    const unoriented = { ...slice.geometry, imageOrientationPatient: null };
    expect(sourceBadges({ ...slice, geometry: unoriented })).toEqual(['No orientation']);
    expect(sourceBadges({ ...slice, format: 'jpeg', geometry: noGeometry })).toEqual([
      'Lossy',
      'No geometry',
    ]);
    expect(sourceBadges({ ...slice, attributes: { ...noAttributes, lossyImageCompression: '01' } })).toEqual([
      'Lossy',
    ]);
  });
});

describe('texts', () => {
  it('give a window as many decimals as it needs', () => {
    expect(windowText({ center: 40, width: 80 })).toBe('C 40  W 80');
    expect(windowText({ center: 442.37, width: 884.61 })).toBe('C 442  W 885');
    expect(windowText({ center: 0.75, width: 1.5 })).toBe('C 0.750  W 1.500');
    expect(windowText({ center: 1.5, width: 1 + 1e-12 })).toBe('C 1.500000  W 1.000000');
  });

  it('give the size, with the spacing where there is one', () => {
    expect(sizeText(slice)).toBe('3 × 2 · 0.859 mm');
    expect(sizeText({ ...slice, geometry: { ...noGeometry, pixelSpacingMm: [2, 0.5] } })).toBe(
      '3 × 2 · 0.5 × 2 mm',
    );
    expect(sizeText({ ...slice, geometry: noGeometry })).toBe('3 × 2');
  });
});
