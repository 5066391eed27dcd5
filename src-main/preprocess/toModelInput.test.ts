import { expect, test } from 'vitest';
import { type Slice, plainPicture } from '../../src-shared/domain/slice.ts';
import { toModelInput, type InputRule } from './toModelInput.ts';

const rule: InputRule = {
  architecture: { inputSize: 224 },
  preprocessing: { id: 'whole-picture' },
};
const small: InputRule = { ...rule, architecture: { inputSize: 4 } };
const paddedSquare: InputRule = { ...rule, preprocessing: { id: 'padded-square' } };
const headSquare: InputRule = { ...rule, preprocessing: { id: 'head-square' } };

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

/** A slice of what `grey` says for the middle of each pixel. */
function draw(
  rows: number,
  columns: number,
  grey: (row: number, column: number) => number,
  more: Partial<Slice> = {},
): Slice {
  const samples = Uint8Array.from({ length: rows * columns }, (_, i) =>
    grey(Math.floor(i / columns) + 0.5, (i % columns) + 0.5),
  );
  return slice(rows, columns, samples, more);
}

/** A textured ellipse: 200 high, 160 wide, around (130, 120), with a bright rim; black elsewhere. */
function headAt(row: number, column: number): number {
  const radius = Math.hypot((row - 130) / 100, (column - 120) / 80);
  if (radius >= 1) return 0;
  return radius > 0.93 ? 240 : 90 + 50 * Math.sin(row / 9) * Math.cos(column / 7);
}

function largestDifference(one: Float32Array, other: Float32Array): number {
  return one.reduce((largest, value, i) => Math.max(largest, Math.abs(value - other[i]!)), 0);
}

function meanDifference(one: Float32Array, other: Float32Array): number {
  return one.reduce((sum, value, i) => sum + Math.abs(value - other[i]!), 0) / one.length;
}

test('pads to a square, in millimetres where they are known', () => {
  const grey = (): number => 200;
  const { values, region } = toModelInput(draw(100, 300, grey), paddedSquare);
  expect(region).toEqual({ top: -100, left: 0, height: 300, width: 300 });
  const at = (row: number, column: number): number => values[row * 224 + column]!;
  expect([at(72, 0), at(73, 223), at(76, 0), at(112, 112), at(147, 223), at(151, 0)]).toEqual([
    0,
    0,
    expect.closeTo(200, 3),
    expect.closeTo(200, 3),
    expect.closeTo(200, 3),
    0,
  ]);
  const geometry = { ...plainPicture.geometry, pixelSpacingMm: [3, 1] as const };
  const square = toModelInput(draw(100, 300, grey, { geometry }), paddedSquare);
  expect(square.region).toEqual({ top: 0, left: 0, height: 100, width: 300 });
  expect(largestDifference(square.values, new Float32Array(224 * 224).fill(200))).toBeLessThan(1e-3);
});

test.each([
  [0, 1],
  [Number.NaN, 1],
  [1e-4, 1],
] as const)('takes a spacing of %d and %d mm for none', (betweenRows, betweenColumns) => {
  const geometry = { ...plainPicture.geometry, pixelSpacingMm: [betweenRows, betweenColumns] as const };
  const { region } = toModelInput(
    draw(100, 300, () => 9, { geometry }),
    paddedSquare,
  );
  expect(region).toEqual({ top: -100, left: 0, height: 300, width: 300 });
});

test('a square slice, padded, is the whole picture', () => {
  const square = draw(300, 300, headAt);
  const padded = toModelInput(square, paddedSquare);
  expect(largestDifference(padded.values, toModelInput(square, rule).values)).toBe(0);
});

test('shows the head in a square with a margin', () => {
  const { top, left, height, width } = toModelInput(draw(260, 240, headAt), headSquare).region;
  const side = 200 * 1.08;
  for (const error of [top - (130 - side / 2), left - (120 - side / 2), height - side, width - side])
    expect(Math.abs(error)).toBeLessThan(3);
});

test.each([
  [63, 51],
  [300, 20],
  [0, 200],
  [120, 120],
])('shows nearly the same with borders of %d rows and %d columns', (above, before) => {
  const tight = (row: number, column: number): number => headAt(row + 25, column + 35);
  const first = toModelInput(draw(210, 170, tight), headSquare);
  const bordered = draw(210 + 2 * above, 170 + 2 * before, (row, column) => {
    const [y, x] = [row - above, column - before];
    return y < 0 || x < 0 || y > 210 || x > 170 ? 0 : tight(y, x);
  });
  const { values, region } = toModelInput(bordered, headSquare);
  // The head is found to a hundredth of its side.
  const shift = [region.top - above - first.region.top, region.left - before - first.region.left];
  for (const error of [...shift, region.height - first.region.height])
    expect(Math.abs(error)).toBeLessThan(0.015 * 200);
  expect(meanDifference(values, first.values)).toBeLessThan(8);
  expect(meanDifference(toModelInput(bordered, rule).values, first.values)).toBeGreaterThan(20);
});

test('shows a head of flat pixels round', () => {
  const geometry = { ...plainPicture.geometry, pixelSpacingMm: [1, 2] as const };
  const round = toModelInput(draw(260, 240, headAt), headSquare);
  const flat = toModelInput(
    draw(260, 120, (row, column) => headAt(row, 2 * column), { geometry }),
    headSquare,
  );
  expect(flat.region.width / flat.region.height).toBeCloseTo(0.5, 6);
  expect(meanDifference(flat.values, round.values)).toBeLessThan(6);
});

test('pads where there is no head to be found', () => {
  const even = draw(100, 300, () => 80);
  expect(toModelInput(even, headSquare)).toEqual(toModelInput(even, paddedSquare));
  const spot = draw(100, 300, (row, column) => (row < 10 && column < 10 ? 200 : 0));
  expect(toModelInput(spot, headSquare)).toEqual(toModelInput(spot, paddedSquare));
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
