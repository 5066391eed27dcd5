import { expect, test } from 'vitest';
import type { PixelFormat } from '../readPixelFormat.ts';
import { decodeRle } from './rle.ts';

const format: PixelFormat = {
  rows: 2,
  columns: 4,
  frames: 1,
  samplesPerPixel: 1,
  photometricInterpretation: 'MONOCHROME2',
  isPlanar: false,
  bitsAllocated: 8,
  bitsStored: 8,
  highBit: 7,
  isSigned: false,
  isFloat: false,
};

function frame(...segments: number[][]): Uint8Array {
  const starts = segments.map(
    (_, i) => 64 + segments.slice(0, i).reduce((sum, { length }) => sum + length, 0),
  );
  const header = Uint32Array.from({ length: 16 }, (_, i) =>
    i === 0 ? segments.length : (starts[i - 1] ?? 0),
  );
  return Uint8Array.from([...new Uint8Array(header.buffer), ...segments.flat()]);
}

async function decoded(encoded: Uint8Array, changes: Partial<PixelFormat> = {}): Promise<number[]> {
  return Array.from((await decodeRle(encoded, { ...format, ...changes })).bytes);
}

test('literals, runs and nothing', async () => {
  expect(await decoded(frame([2, 1, 2, 3, 128, 252, 9]))).toEqual([1, 2, 3, 9, 9, 9, 9, 9]);
});

test('a run that goes on beyond the frame is cut off', async () => {
  expect(await decoded(frame([129, 5]))).toEqual(Array(8).fill(5));
});

test('the most significant byte comes first', async () => {
  expect(await decoded(frame([249, 1], [249, 2]), { bitsAllocated: 16 })).toEqual(
    Array(8).fill([2, 1]).flat(),
  );
});

test.each([
  ['an empty frame', new Uint8Array(0)],
  ['a segment too many', frame([249, 1], [249, 2])],
  ['a literal that ends too early', frame([7, 1, 2])],
  ['a run without its byte', frame([249])],
  ['too few samples', frame([251, 1])],
  ['a segment outside the frame', frame([249, 1]).fill(0xff, 4, 8)],
])('%s is damaged', async (_, encoded) => {
  await expect(async () => decoded(encoded)).rejects.toMatchObject({ code: 'image-damaged' });
});
