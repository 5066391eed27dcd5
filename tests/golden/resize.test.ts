import { expect, test } from 'vitest';
import { resize } from '../../src-shared/imaging/resize.ts';

/** Made by Pillow 12: `Image.fromarray(a, 'F').resize((columns, rows), Image.BILINEAR)`, a(i) = 37 i mod 101. */
const pillow = [
  {
    rows: 3,
    columns: 2,
    values: [41.448, 49.5357, 48.6524, 55.139, 52.539, 46.198],
  },
  {
    rows: 4,
    columns: 8,
    values: [
      39.1905, 34.3363, 30.4077, 53.5327, 60.125, 50.1845, 42.9494, 38.0952, 65.64, 50.0125, 30.465, 35.915, 50.2025,
      73.3275, 55.5475, 39.92, 34.36, 50.5475, 68.6225, 41.2475, 32.81, 43.31, 65.1725, 81.36, 60.8095, 53.8512,
      46.9167, 67.0357, 58.5982, 21.6042, 38.7173, 54.9048,
    ],
  },
];

test.each(pillow)('resizes 7 × 5 to $rows × $columns as Pillow does, to 0.001', ({ rows, columns, values }) => {
  const source = Float32Array.from({ length: 35 }, (_, i) => (37 * i) % 101);
  const result = resize(source, { rows: 7, columns: 5 }, { rows, columns });
  expect(result.length).toBe(values.length);
  values.forEach((value, i) => expect(Math.abs(result[i]! - value)).toBeLessThan(1e-3));
});
