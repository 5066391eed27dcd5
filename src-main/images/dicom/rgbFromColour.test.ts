import { expect, test } from 'vitest';
import { rgbFromColour } from './rgbFromColour.ts';

const layout = { rows: 1, columns: 2, bitsStored: 8, isPlanar: false };

test('the primaries of ITU-T T.871', () => {
  const red = [76, 85, 255];
  const blue = [29, 255, 107];
  expect(Array.from(rgbFromColour(Uint8Array.of(...red, ...blue), { ...layout, space: 'ycbcr' }))).toEqual([
    254, 0, 0, 0, 0, 254,
  ]);
});

test('grey has no colour difference, at any depth', () => {
  const rgb = rgbFromColour(Uint16Array.of(0, 2048, 2048, 4095, 2048, 2048), {
    ...layout,
    bitsStored: 12,
    space: 'ycbcr',
  });
  expect(Array.from(rgb)).toEqual([0, 0, 0, 4095, 4095, 4095]);
});

test('planes and pairs come out by pixel', () => {
  const planar = rgbFromColour(Uint8Array.of(1, 2, 3, 4, 5, 6), { ...layout, isPlanar: true, space: 'rgb' });
  expect(Array.from(planar)).toEqual([1, 3, 5, 2, 4, 6]);
  const pair = rgbFromColour(Uint8Array.of(10, 20, 128, 128), { ...layout, space: 'ycbcr-422' });
  expect(Array.from(pair)).toEqual([10, 10, 10, 20, 20, 20]);
});
