import { expect, test } from 'vitest';
import { normalQuantile } from './normalQuantile.ts';
import { RandomStream, threefry } from './RandomStream.ts';

const words = (stream: RandomStream, count: number): number[] =>
  Array.from({ length: count }, () => stream.word());

test.each([
  [
    [0, 0, 0, 0],
    [0x6b200159, 0x99ba4efe],
  ],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0x1cb996fc, 0xbb002be7],
  ],
  [
    [0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3],
    [0xc4923a9c, 0x483df7a0],
  ],
])('Threefry gives the known answers of Random123 for %j', ([key0, key1, counter0, counter1], answer) => {
  const out = new Uint32Array(2);
  threefry(key0!, key1!, counter0!, counter1!, out);
  expect([...out]).toEqual(answer);
});

test('is the same for the same seed and labels, and another for any other', () => {
  const streams = [
    [7],
    [7, 0],
    [7, 1],
    [7, 0, 0],
    [7, 0, 1],
    [7, 1, 0],
    [8, 1, 0],
    [7 + 2 ** 32],
    [7, 2 ** 32],
  ];
  const [first, ...rest] = streams.map(([seed, ...labels]) =>
    words(new RandomStream(seed!, ...labels), 4).join(),
  );
  expect(words(new RandomStream(7), 4).join()).toBe(first);
  expect(new Set([first, ...rest]).size).toBe(streams.length);
  // Pinned: a change of the generator would change every stored run.
  expect(words(new RandomStream(7, 3, 1234), 3)).toMatchInlineSnapshot(`
    [
      1916190597,
      12865444,
      1080982491,
    ]
  `);
});

test('is uniform: chi-square over 256 cells of each byte, and no correlation between neighbouring streams', () => {
  const count = 1 << 16;
  const stream = new RandomStream(1, 2, 3);
  const cells = [0, 1, 2, 3].map(() => new Uint32Array(256));
  for (const word of words(stream, count))
    cells.forEach((cell, byte) => cell[(word >>> (8 * byte)) & 255]!++);
  for (const cell of cells) {
    const expected = count / 256;
    const chiSquare = cell.reduce((sum, seen) => sum + (seen - expected) ** 2 / expected, 0);
    // 255 degrees of freedom: 99.99 % lie below 348 and above 176.
    expect(chiSquare).toBeGreaterThan(176);
    expect(chiSquare).toBeLessThan(348);
  }
  // The first numbers of neighbouring images must look as independent as those of one stream.
  const firsts = Array.from({ length: 4096 }, (_, image) => new RandomStream(1, 0, image).uniform() - 0.5);
  const correlation =
    firsts.slice(1).reduce((sum, value, i) => sum + value * firsts[i]!, 0) / 4095 / (1 / 12);
  expect(Math.abs(correlation)).toBeLessThan(0.06);
  expect(Math.abs(firsts.reduce((sum, value) => sum + value) / 4096)).toBeLessThan(0.02);
});

test('draws whole numbers evenly and every order as often', () => {
  const stream = new RandomStream(5);
  const seen = new Uint32Array(6);
  for (let i = 0; i < 60_000; i++) seen[stream.integer(6)]!++;
  expect(seen.every((count) => Math.abs(count - 10_000) < 400)).toBe(true);
  const orders = new Map<string, number>();
  for (let i = 0; i < 12_000; i++) {
    const order = stream.shuffle([1, 2, 3]).join('');
    orders.set(order, (orders.get(order) ?? 0) + 1);
  }
  expect(orders.size).toBe(6);
  expect([...orders.values()].every((count) => Math.abs(count - 2000) < 200)).toBe(true);
});

test('noise has the mean, the spread and the tails of a normal distribution', () => {
  const values = new Float32Array(200_001);
  new RandomStream(11).addNormal(values, 2);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length;
  const share = (limit: number): number =>
    values.filter((value) => Math.abs(value) > limit).length / values.length;
  expect(mean).toBeCloseTo(0, 1);
  expect(Math.sqrt(variance)).toBeCloseTo(2, 1);
  expect(share(2)).toBeCloseTo(0.3173, 2);
  expect(share(4)).toBeCloseTo(0.0455, 2);
});

test('normal quantiles agree with scipy.stats.norm.ppf', () => {
  expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 8);
  expect(normalQuantile(0.5)).toBeCloseTo(0, 12);
  expect(normalQuantile(0.001)).toBeCloseTo(-3.090232306167813, 8);
  expect(normalQuantile(0.7)).toBeCloseTo(0.5244005127080407, 8);
});
