import { expect, test } from 'vitest';
import { colourStep, infernoColours } from './inferno.ts';

/** CIE L*a*b* of an sRGB colour under D65 (IEC 61966-2-1; CIE 15). */
function toLab(rgb: ArrayLike<number>): [number, number, number] {
  const linear = [0, 1, 2].map((i) => {
    const c = rgb[i]! / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const [r, g, b] = linear;
  const curve = (t: number): number => (t > (6 / 29) ** 3 ? Math.cbrt(t) : t / (3 * (6 / 29) ** 2) + 4 / 29);
  const x = curve((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const y = curve(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = curve((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const lab = Array.from({ length: 256 }, (_, step) => toLab(infernoColours.subarray(3 * step, 3 * step + 3)));

test('has 256 colours from black to pale yellow', () => {
  expect(infernoColours.length).toBe(3 * 256);
  expect([...infernoColours.subarray(0, 3)]).toEqual([0, 0, 4]);
  expect([...infernoColours.subarray(3 * 255)]).toEqual([252, 255, 164]);
});

test('grows lighter with every eight steps, and evenly', () => {
  const lightness = lab.map(([l]) => l);
  for (let step = 8; step < 256; step++) expect(lightness[step]! - lightness[step - 8]!).toBeGreaterThan(0);
  // Straight from black to its end: never more than 6 of 100 off the line.
  for (let step = 0; step < 256; step++)
    expect(Math.abs(lightness[step]! - (98 * step) / 255)).toBeLessThan(6);
});

test('colourStep clamps, rounds and takes NaN for nothing', () => {
  expect([-1, 0, 0.5, 1, 7, Number.NaN].map(colourStep)).toEqual([0, 0, 128, 255, 255, 0]);
});
