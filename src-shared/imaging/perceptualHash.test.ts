import { expect, test } from 'vitest';
import { drawHead } from '../../tests/fixtures/drawHead.ts';
import { hashDistance, perceptualBits, perceptualHash } from './perceptualHash.ts';

const side = 48;
const head = (seed: number): Float64Array =>
  Float64Array.from(drawHead(side, side, seed), (value) => value / 16);

function setBits(words: Uint32Array): number[] {
  return [...Array(perceptualBits).keys()].filter((bit) => ((words[bit >> 5]! >>> (bit & 31)) & 1) === 1);
}

test('a picture of two waves sets the bits of those waves', () => {
  const wave = (frequency: number, x: number): number =>
    Math.cos((Math.PI * frequency * (2 * x + 1)) / (2 * side));
  const grey = Float64Array.from({ length: side * side }, (_, i) => {
    const [x, y] = [i % side, Math.floor(i / side)];
    return 9 * wave(3, x) * wave(5, y) + 4 * wave(16, x) * wave(1, y);
  });
  const bits = setBits(perceptualHash(grey));
  expect(bits).toContain(16 * (5 - 1) + (3 - 1));
  expect(bits).toContain(16 * (1 - 1) + (16 - 1));
});

test('brightness and contrast leave it as it is; noise changes little, another head much', () => {
  const hash = perceptualHash(head(1));
  // The median itself stays below.
  expect(setBits(hash).length).toBe(perceptualBits / 2 - 1);
  expect(hashDistance(hash, perceptualHash(head(1).map((grey) => 0.5 * grey + 30)))).toBe(0);
  const noisy = head(1).map((grey, i) => grey + ((i * 7919) % 11) - 5);
  expect(hashDistance(hash, perceptualHash(noisy))).toBeLessThan(20);
  expect(hashDistance(hash, perceptualHash(head(2)))).toBeGreaterThan(30);
});

test('the distance counts bits, from either side, and stops when it is too large', () => {
  const [a, b] = [new Uint32Array(8), Uint32Array.from([0xffffffff, 1, 0, 0, 0x80000000, 3, 0, 0])];
  expect(hashDistance(a, b)).toBe(36);
  expect(hashDistance(b, a)).toBe(36);
  expect(hashDistance(a, b, 10)).toBe(32);
});
