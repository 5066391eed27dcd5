import { clampGrey, withValues, type GreyPicture } from '../GreyPicture.ts';

const side = 8;
const blockSize = side * side;

/** The luminance quantisation table of ISO/IEC 10918-1, table K.1, [vertical][horizontal frequency]. */
const standardTable = [
  [16, 11, 10, 16, 24, 40, 51, 61],
  [12, 12, 14, 19, 26, 58, 60, 55],
  [14, 13, 16, 24, 40, 57, 69, 56],
  [14, 17, 22, 29, 51, 87, 80, 62],
  [18, 22, 37, 56, 68, 109, 103, 77],
  [24, 35, 55, 64, 81, 104, 113, 92],
  [49, 64, 78, 87, 103, 121, 120, 101],
  [72, 92, 95, 98, 112, 100, 103, 99],
].flat();

/**
 * What is left of a picture after it was saved as a grey JPEG: each 8 × 8 block's cosine transform, rounded to
 * multiples of the quantisation table. Nothing else in a JPEG loses anything, so nothing is encoded.
 *
 *     F(u, v) = 1/4 C(u) C(v) sum f(x, y) cos((2x + 1) u π / 16) cos((2y + 1) v π / 16),   C(0) = 1/√2, else 1
 *     F' = q round(F / q),   q = clamp(floor((t s + 50) / 100), 1, 255),   s = 5000 / Q  or  200 - 2 Q from Q = 50 on
 *
 * `t` is the standard's table and `Q` the quality, 1…100, as libjpeg scales it. ISO/IEC 10918-1, A.3.3 and K.1.
 * Blocks that the picture does not fill are filled with its last column and row.
 */
export function jpegArtefacts(picture: GreyPicture, quality: number): GreyPicture {
  const { rows, columns, values } = picture;
  const steps = quantisationSteps(quality);
  const inverse = steps.map((step) => 1 / step);
  const out = new Float32Array(values.length);
  const block = new Float64Array(blockSize);
  for (let top = 0; top < rows; top += side) {
    for (let left = 0; left < columns; left += side) {
      readBlock(picture, top, left, block);
      forwardTransform(block);
      for (let i = 0; i < blockSize; i++) block[i] = Math.round(block[i]! * inverse[i]!) * steps[i]!;
      inverseTransform(block);
      writeBlock(block, out, picture, top, left);
    }
  }
  return withValues(picture, out);
}

/** The step of each coefficient at a quality, as libjpeg's `jpeg_set_quality` sets it. */
export function quantisationSteps(quality: number): Float64Array {
  const scale = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality;
  return Float64Array.from(standardTable, (base) =>
    Math.min(255, Math.max(1, Math.floor((base * scale + 50) / 100))),
  );
}

/** Levels rounded to 8 bits and shifted to be signed. */
function readBlock(
  { rows, columns, values }: GreyPicture,
  top: number,
  left: number,
  block: Float64Array,
): void {
  for (let y = 0, i = 0; y < side; y++) {
    const start = Math.min(top + y, rows - 1) * columns;
    for (let x = 0; x < side; x++, i++) {
      const value = values[start + Math.min(left + x, columns - 1)]!;
      block[i] = ((clampGrey(value) + 0.5) | 0) - 128;
    }
  }
}

function writeBlock(
  block: Float64Array,
  out: Float32Array,
  { rows, columns }: GreyPicture,
  top: number,
  left: number,
): void {
  const height = Math.min(side, rows - top);
  const width = Math.min(side, columns - left);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++)
      out[(top + y) * columns + left + x] = clampGrey(block[y * side + x]! + 128);
  }
}

/** C(u)/2 cos((2x + 1) u π / 16): the orthonormal cosine basis. */
function basis(u: number, x: number): number {
  return (u === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * x + 1) * u * Math.PI) / 16);
}

// Even basis functions are symmetric about the middle and odd ones antisymmetric: half the products suffice.
const evenBasis = Float64Array.from({ length: 16 }, (_, i) => basis(2 * (i >> 2), i & 3));
const oddBasis = Float64Array.from({ length: 16 }, (_, i) => basis(2 * (i >> 2) + 1, i & 3));

/** The cosine transform of a block in place: along the rows, then along the columns. */
function forwardTransform(block: Float64Array): void {
  for (let row = 0; row < side; row++) forwardLine(block, row * side, 1);
  for (let column = 0; column < side; column++) forwardLine(block, column, side);
}

function forwardLine(block: Float64Array, start: number, step: number): void {
  const a0 = block[start]!;
  const a1 = block[start + step]!;
  const a2 = block[start + 2 * step]!;
  const a3 = block[start + 3 * step]!;
  const a4 = block[start + 4 * step]!;
  const a5 = block[start + 5 * step]!;
  const a6 = block[start + 6 * step]!;
  const a7 = block[start + 7 * step]!;
  for (let k = 0, at = start; k < 16; k += 4, at += 2 * step) {
    block[at] =
      evenBasis[k]! * (a0 + a7) +
      evenBasis[k + 1]! * (a1 + a6) +
      evenBasis[k + 2]! * (a2 + a5) +
      evenBasis[k + 3]! * (a3 + a4);
    block[at + step] =
      oddBasis[k]! * (a0 - a7) +
      oddBasis[k + 1]! * (a1 - a6) +
      oddBasis[k + 2]! * (a2 - a5) +
      oddBasis[k + 3]! * (a3 - a4);
  }
}

function inverseTransform(block: Float64Array): void {
  for (let column = 0; column < side; column++) inverseLine(block, column, side);
  for (let row = 0; row < side; row++) inverseLine(block, row * side, 1);
}

function inverseLine(block: Float64Array, start: number, step: number): void {
  const f0 = block[start]!;
  const f1 = block[start + step]!;
  const f2 = block[start + 2 * step]!;
  const f3 = block[start + 3 * step]!;
  const f4 = block[start + 4 * step]!;
  const f5 = block[start + 5 * step]!;
  const f6 = block[start + 6 * step]!;
  const f7 = block[start + 7 * step]!;
  for (let x = 0; x < 4; x++) {
    const even =
      evenBasis[x]! * f0 + evenBasis[4 + x]! * f2 + evenBasis[8 + x]! * f4 + evenBasis[12 + x]! * f6;
    const odd = oddBasis[x]! * f1 + oddBasis[4 + x]! * f3 + oddBasis[8 + x]! * f5 + oddBasis[12 + x]! * f7;
    block[start + x * step] = even + odd;
    block[start + (7 - x) * step] = even - odd;
  }
}
