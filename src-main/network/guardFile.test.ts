import { expect, test } from 'vitest';
import type { Guard } from '../../src-shared/statistics/guard/guardScore.ts';
import { outlineLength } from '../../src-shared/statistics/guard/guardOutline.ts';
import { readGuard, writeGuard } from './guardFile.ts';

const guard: Guard = {
  shape: { channels: 4, rows: 2, columns: 3 },
  centre: Float32Array.of(0.5, 1, 2, 0),
  axes: Float32Array.of(1, 0, 0, 0, 0, 0.5, -0.5, 0),
  weights: Float32Array.from({ length: 36 }, (_, i) => i / 8 - 2),
  slope: 0.1,
  offset: -3.25,
  outline: null,
};

const withOutline: Guard = {
  ...guard,
  outline: {
    weights: Float32Array.from({ length: outlineLength }, (_, i) => i / 1024 - 0.5),
    offset: 0.75,
    residualOffset: -2.5,
  },
};

test.each([
  [1, guard],
  [2, withOutline],
])('version %i: what was written is read back, and written again gives the same bytes', (version, known) => {
  const bytes = writeGuard(known);
  expect(Buffer.from(bytes.subarray(0, bytes.indexOf(10))).toString()).toContain(`"version":${version},`);
  expect(readGuard(bytes)).toEqual(known);
  expect(writeGuard(readGuard(bytes))).toEqual(bytes);
});

test('the values are halves of 16 bits, little endian, after a line of text', () => {
  const bytes = writeGuard(guard);
  const end = bytes.indexOf(10);
  expect(Buffer.from(bytes.subarray(0, end)).toString()).toMatch(/^bratum guard \{"version":1,/);
  expect([...bytes.subarray(end + 1, end + 7)]).toEqual([0x00, 0x38, 0x00, 0x3c, 0x00, 0x40]);
  expect(bytes.length).toBe(end + 1 + 2 * (4 + 8 + 36));
});

test.each<[string, (bytes: Uint8Array) => Uint8Array]>([
  ['is empty', () => new Uint8Array(0)],
  ['lost its end', (bytes) => bytes.subarray(0, bytes.length - 2)],
  ['has more than it says', (bytes) => Uint8Array.of(...bytes, 0, 0)],
  ['is of another version', (bytes) => replaced(bytes, '"version":1', '"version":3')],
  ['says it has an outline', (bytes) => replaced(bytes, '"version":1', '"version":2')],
  ['says another number of axes', (bytes) => replaced(bytes, '"axes":2', '"axes":3')],
  ['holds no number', (bytes) => Uint8Array.of(...bytes.subarray(0, bytes.length - 2), 0x00, 0x7e)],
])('a guard that %s is refused', (_, change) => {
  expect(() => readGuard(change(writeGuard(guard)))).toThrow(RangeError);
});

test('a value beyond float16 is refused when it is written', () => {
  expect(() => writeGuard({ ...guard, weights: guard.weights.map(() => 1e6) })).toThrow(RangeError);
});

function replaced(bytes: Uint8Array, from: string, to: string): Uint8Array {
  return Buffer.from(Buffer.from(bytes).toString('latin1').replace(from, to), 'latin1');
}
