import { expect, test } from 'vitest';
import { plainPicture, type Slice } from '../domain/slice.ts';
import { smallPicture } from './smallPicture.ts';

function slice(rows: number, columns: number, samples: Slice['samples'], more: Partial<Slice> = {}): Slice {
  const bitsStored = 8 * samples.BYTES_PER_ELEMENT;
  return { ...plainPicture, fileName: 'a', format: 'png', rows, columns, bitsStored, samples, ...more };
}

const noisy = (rows: number, columns: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length: rows * columns }, (_, i) => (i * 7919 + Math.floor(i / columns) * 31) % 256);

test('leaves a picture as it is whose shorter side is below 512', () => {
  const samples = noisy(511, 700);
  const { rows, columns, values } = smallPicture(slice(511, 700, samples));
  expect([rows, columns]).toEqual([511, 700]);
  expect(values.every((value, i) => value === samples[i])).toBe(true);
});

test.each([
  [512, 513, 2],
  [800, 769, 3],
  [1030, 2000, 4],
])('averages whole blocks of %d × %d by %d', (rows, columns, factor) => {
  const samples = noisy(rows, columns);
  const small = smallPicture(slice(rows, columns, samples));
  expect([small.rows, small.columns]).toEqual([Math.floor(rows / factor), Math.floor(columns / factor)]);
  const meanAt = (row: number, column: number): number => {
    let sum = 0;
    for (let y = row * factor; y < (row + 1) * factor; y++)
      for (let x = column * factor; x < (column + 1) * factor; x++) sum += samples[y * columns + x]!;
    return sum / factor ** 2;
  };
  for (const [row, column] of [
    [0, 0],
    [17, 101],
    [small.rows - 1, small.columns - 1],
  ] as const)
    expect(small.values[row * small.columns + column]).toBeCloseTo(meanAt(row, column), 3);
});

test('windows and inverts before it averages', () => {
  const samples = Uint16Array.from({ length: 512 * 512 }, (_, i) => (i % 2) * 4000);
  const more = { window: { center: 500.5, width: 1001 }, isInverted: true };
  const { values } = smallPicture(slice(512, 512, samples, more));
  // Half of the pixels are far above the window: white, and black once inverted.
  expect(values[1000]).toBeCloseTo(127.5, 3);
});
