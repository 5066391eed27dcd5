import type { RandomStream } from '../../src-shared/statistics/RandomStream.ts';

/** Numbers that break arithmetic at the edges of their types. */
const edges = [
  0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
];

/** Bytes that mean something to somebody who prints, parses or opens them. */
const words = ['<script>', '\u0000', '../', '\r\n', '=1+1', '{', '"', 'ÿ', '\u001b[2J', '-1', 'NaN', '1e999'];

/**
 * Changes bytes as files are changed by accident and by malice: bits and bytes flip, lengths take the values at the
 * edges of their types, pieces are cut out, doubled, moved and spliced in from another file.
 *
 * @param other - a second file of the kind, for splicing
 * @returns other bytes; the given ones stay as they are
 */
export function mutate(bytes: Uint8Array, other: Uint8Array, random: RandomStream): Uint8Array<ArrayBuffer> {
  let result = Buffer.from(bytes);
  const rounds = 1 + random.integer(random.happens(0.2) ? 32 : 4);
  for (let round = 0; round < rounds && result.length > 0; round++) {
    result = change(result, other, random);
  }
  return new Uint8Array(result);
}

/** Headers lie at the front: half of all places are there. */
function placeIn(length: number, random: RandomStream): number {
  return random.integer(random.happens(0.5) ? Math.min(length, 1024) : length);
}

function change(bytes: Buffer<ArrayBuffer>, other: Uint8Array, random: RandomStream): Buffer<ArrayBuffer> {
  const at = placeIn(bytes.length, random);
  const length = 1 + random.integer(Math.min(64, bytes.length - at));
  switch (random.integer(8)) {
    case 0:
      bytes[at] = bytes[at]! ^ (1 << random.integer(8));
      return bytes;
    case 1:
      bytes[at] = random.integer(256);
      return bytes;
    case 2:
      return writeEdge(bytes, at, random);
    case 3:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    case 4:
      return Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
    case 5:
      return Buffer.from(bytes.subarray(0, at));
    case 6: {
      const word = Buffer.from(words[random.integer(words.length)]!);
      return Buffer.concat([bytes.subarray(0, at), word, bytes.subarray(at + word.length)]);
    }
    default: {
      const from = placeIn(Math.max(1, other.length), random);
      return Buffer.concat([bytes.subarray(0, at), other.subarray(from, from + length), bytes.subarray(at)]);
    }
  }
}

function writeEdge(bytes: Buffer<ArrayBuffer>, at: number, random: RandomStream): Buffer<ArrayBuffer> {
  const value = edges[random.integer(edges.length)]!;
  const size = [1, 2, 4][random.integer(3)]!;
  if (at + size > bytes.length) return bytes;
  const shown = value % 2 ** (8 * size);
  if (random.happens(0.5)) bytes.writeUIntLE(shown, at, size);
  else bytes.writeUIntBE(shown, at, size);
  return bytes;
}
