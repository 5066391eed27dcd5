import { expect, test } from 'vitest';
import { type Slice, plainPicture } from '../../src-shared/domain/slice.ts';
import { toModelInput, type InputRule } from './toModelInput.ts';

const rule: InputRule = {
  architecture: { name: 'mobilenet-v2', widthMultiplier: 1, inputSize: 224 },
  preprocessing: { id: 'whole-picture', version: 1 },
};
const small: InputRule = { ...rule, architecture: { ...rule.architecture, inputSize: 4 } };

function slice(rows: number, columns: number, samples: Slice['samples'], more: Partial<Slice> = {}): Slice {
  return {
    ...plainPicture,
    fileName: 'generated',
    format: 'png',
    rows,
    columns,
    bitsStored: 8 * samples.BYTES_PER_ELEMENT,
    samples,
    ...more,
  };
}

test('takes an 8-bit picture without a window as it is', () => {
  const samples = Uint8Array.from({ length: 224 * 224 }, (_, i) => (i * 31) % 200);
  const { values, region } = toModelInput(slice(224, 224, samples), rule);
  expect([...values]).toEqual([...samples]);
  expect(region).toEqual({ top: 0, left: 0, height: 224, width: 224 });
});

test('covers the whole picture whatever its shape', () => {
  const halves = Uint8Array.from({ length: 100 * 300 }, (_, i) => (i % 300 < 150 ? 0 : 200));
  const { values, region } = toModelInput(slice(100, 300, halves), rule);
  expect(region).toEqual({ top: 0, left: 0, height: 100, width: 300 });
  expect([values[0], values[100], values[123], values[223]]).toEqual([0, 0, 200, 200]);
});

test("sends deep samples through rescale and the file's window", () => {
  const samples = Int16Array.from({ length: 16 }, (_, i) => i * 100);
  const deep = slice(4, 4, samples, {
    rescaleSlope: 2,
    rescaleIntercept: -1000,
    window: { center: 0.5, width: 1001 },
  });
  const { values } = toModelInput(deep, small);
  samples.forEach((stored, i) => {
    const expected = 255 * Math.min(1, Math.max(0, (stored * 2 - 1000 + 500) / 1000));
    expect(values[i]).toBeCloseTo(expected, 3);
  });
});

test('windows before it averages, since the two do not commute', () => {
  const samples = Uint16Array.from({ length: 64 }, (_, i) => (i % 2) * 4000);
  const { values } = toModelInput(slice(8, 8, samples, { window: { center: 500.5, width: 1001 } }), small);
  // Averaging first would give 2000, far beyond the window: white.
  expect(values[5]).toBeCloseTo(127.5, 0);
});

test('chooses a window where the file has none, or one that is not usable', () => {
  const samples = Uint16Array.from({ length: 1000 * 4 }, (_, i) => 20_000 + (i % 1000));
  const chosen = toModelInput(slice(4, 1000, samples), rule).values;
  expect(Math.min(...chosen)).toBeLessThan(2);
  expect(Math.max(...chosen)).toBeGreaterThan(253);
  const unusable = toModelInput(slice(4, 1000, samples, { window: { center: 5, width: 0 } }), rule).values;
  expect([...unusable]).toEqual([...chosen]);
});

test('inverts MONOCHROME1', () => {
  const samples = Uint8Array.from({ length: 16 }, (_, i) => i * 16);
  const { values } = toModelInput(slice(4, 4, samples, { isInverted: true }), small);
  expect([...values]).toEqual([...samples].map((v) => 255 - v));
});

test('stays within 0…255 for floats of any size, and takes NaN for black', () => {
  const samples = Float32Array.from({ length: 900 }, (_, i) => (i % 30) / 30);
  samples.set([Number.NaN, Infinity, -Infinity, 1e30], 400);
  const { values } = toModelInput(slice(30, 30, samples), small);
  expect(values.every((v) => v >= 0 && v <= 255)).toBe(true);
});

test("writes into the caller's array at the offset, and nowhere else", () => {
  const out = new Float32Array(48).fill(-1);
  const samples = new Uint8Array(16).fill(7);
  expect(toModelInput(slice(4, 4, samples), small, out, 16).values).toBe(out);
  expect([...out.subarray(0, 16)]).toEqual(Array<number>(16).fill(-1));
  expect([...out.subarray(16, 32)]).toEqual(Array<number>(16).fill(7));
  expect([...out.subarray(32)]).toEqual(Array<number>(16).fill(-1));
});
