import { expect, test } from 'vitest';
import { resize, resizeRows } from './resize.ts';
import { upsample } from './upsample.ts';

const picture = (rows: number, columns: number): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length: rows * columns }, (_, i) => (i * 7919) % 251);

test.each([
  [
    [300, 512],
    [224, 224],
  ],
  [
    [5, 9],
    [224, 224],
  ],
  [
    [2, 2],
    [7, 3],
  ],
  [
    [640, 1],
    [1, 640],
  ],
] as const)('keeps an even picture even, %j to %j', ([rows, columns], [toRows, toColumns]) => {
  const even = new Float32Array(rows * columns).fill(93);
  const result = resize(even, { rows, columns }, { rows: toRows, columns: toColumns });
  expect(result.length).toBe(toRows * toColumns);
  expect(result.every((value) => Math.abs(value - 93) < 1e-4)).toBe(true);
});

test('changes nothing where the size stays', () => {
  const size = { rows: 13, columns: 17 };
  expect(resize(picture(13, 17), size, size)).toEqual(picture(13, 17));
});

test('a mirrored picture gives the mirrored result', () => {
  const [rows, columns] = [31, 47];
  const values = picture(rows, columns);
  const mirror = (from: Float32Array, width: number): Float32Array =>
    from.map((_, i) => from[i - (i % width) + width - 1 - (i % width)]!);
  const to = { rows: 10, columns: 20 };
  const mirrored = resize(mirror(values, columns), { rows, columns }, to);
  mirror(resize(values, { rows, columns }, to), 20).forEach((value, i) =>
    expect(mirrored[i]).toBeCloseTo(value, 3),
  );
});

test('averages stripes instead of picking some of them', () => {
  const stripes = Float32Array.from({ length: 512 * 512 }, (_, i) => (i % 2) * 255);
  const result = resize(stripes, { rows: 512, columns: 512 }, { rows: 100, columns: 100 });
  expect(result.every((value) => Math.abs(value - 127.5) < 12)).toBe(true);
});

test('reads each row once, from the top, and writes behind the offset only', () => {
  const seen: number[] = [];
  const out = new Float32Array(20).fill(-1);
  const readRow = (row: number, line: Float32Array): void => {
    seen.push(row);
    line.fill(row);
  };
  resizeRows(readRow, { rows: 4, columns: 3 }, { rows: 4, columns: 2 }, out, 8);
  expect(seen).toEqual([0, 1, 2, 3]);
  expect([...out]).toEqual([
    ...Array<number>(8).fill(-1),
    0,
    0,
    1,
    1,
    2,
    2,
    3,
    3,
    ...Array<number>(4).fill(-1),
  ]);
});

test('a part is resized as if it were cut out of a picture with black around it', () => {
  const [rows, columns] = [40, 50];
  const [pad, to] = [60, { rows: 21, columns: 17 }];
  const values = picture(rows, columns);
  const wide = { rows: rows + 2 * pad, columns: columns + 2 * pad };
  const padded = new Float32Array(wide.rows * wide.columns);
  for (let row = 0; row < rows; row++)
    padded.set(values.subarray(row * columns, (row + 1) * columns), (row + pad) * wide.columns + pad);
  const reader =
    (from: Float32Array, stride: number) =>
    (row: number, line: Float32Array): void =>
      line.set(from.subarray(row * stride, (row + 1) * stride));
  for (const region of [
    { top: -10.5, left: -3.25, height: 70, width: 60.5 },
    { top: -50, left: 45, height: 58, width: 9 },
    { top: 39.5, left: -20, height: 3, width: 90 },
    { top: -30, left: -30, height: 20, width: 20 },
  ]) {
    const part = new Float32Array(21 * 17).fill(-1);
    resizeRows(reader(values, columns), { rows, columns }, to, part, 0, region);
    const expected = new Float32Array(21 * 17);
    const moved = { ...region, top: region.top + pad, left: region.left + pad };
    resizeRows(reader(padded, wide.columns), wide, to, expected, 0, moved);
    // Beyond region and picture the padded one is black where the other has nothing; only the last line differs.
    part.forEach((value, i) => {
      const isInner = i % 17 > 0 && i % 17 < 16 && i >= 17 && i < 20 * 17;
      if (isInner) expect(value).toBeCloseTo(expected[i]!, 2);
      expect(value).toBeGreaterThanOrEqual(0);
    });
  }
});

test('a part inside, of whole pixels and unchanged size, is copied', () => {
  const out = new Float32Array(6);
  const readRow = (row: number, line: Float32Array): void =>
    line.forEach((_, column) => (line[column] = 10 * row + column));
  resizeRows(readRow, { rows: 9, columns: 9 }, { rows: 2, columns: 3 }, out, 0, {
    top: 4,
    left: 5,
    height: 2,
    width: 3,
  });
  expect([...out]).toEqual([45, 46, 47, 55, 56, 57]);
});

test('a map over a region keeps its cells over the same places, cut at picture and region', () => {
  const map = new Float32Array(49).fill(1);
  map[2 * 7 + 4] = 5;
  const size = { rows: 90, columns: 120 };
  const region = { top: -12.5, left: 30.25, height: 70, width: 84 };
  const heat = upsample(map, { rows: 7, columns: 7 }, size, region);
  const peak = heat.indexOf(Math.max(...heat));
  // The middle of cell (2, 4): half past the second and the fourth tenth and twelfth pixel of the region.
  expect(Math.floor(peak / 120) + 0.5).toBeCloseTo(-12.5 + 2.5 * 10, 0);
  expect(Math.abs((peak % 120) + 0.5 - (30.25 + 4.5 * 12))).toBeLessThanOrEqual(0.5);
  heat.forEach((value, i) => {
    const [row, column] = [Math.floor(i / 120) + 0.5, (i % 120) + 0.5];
    const isCovered = row <= 57.5 && column >= 30.25 && column <= 114.25;
    expect(value > 0.99).toBe(isCovered);
    if (!isCovered) expect(value).toBe(0);
  });
});

test('the up-sampled map peaks in the middle of its cell and is flat beyond the outermost centres', () => {
  const map = new Float32Array(49);
  map[2 * 7 + 4] = 1;
  const large = upsample(map, { rows: 7, columns: 7 }, { rows: 224, columns: 224 });
  const at = (row: number, column: number): number => large[row * 224 + column]!;
  const [row, column] = [2 * 32 + 16, 4 * 32 + 16];
  // The cell's centre lies between two pixels: half a pixel off in each direction.
  expect(at(row, column)).toBeCloseTo((1 - 0.5 / 32) ** 2, 5);
  expect(at(row - 1, column - 1)).toBeCloseTo(at(row, column), 5);
  expect(at(row - 32, column)).toBeLessThan(0.02);
  const ramp = upsample([0, 1], { rows: 1, columns: 2 }, { rows: 1, columns: 8 });
  expect([...ramp]).toEqual([0, 0, 0.125, 0.375, 0.625, 0.875, 1, 1]);
});
