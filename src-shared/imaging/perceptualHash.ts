/** Frequencies along each axis that are kept; the constant is not among them. */
const frequencies = 16;

/** Bits of a hash. */
export const perceptualBits = frequencies * frequencies;

/**
 * What a picture looks like, in 256 bits that hardly change when it is resized, compressed, brightened or blurred.
 *
 *     C(u, v) = sum over x, y of g(x, y) cos(π u (2 x + 1) / 2 n) cos(π v (2 y + 1) / 2 n),   u, v = 1…16
 *     bit 16 (v - 1) + (u - 1) = C(u, v) > median of all C
 *
 * `g` is the grey level and `n` the side. The DCT hash of Zauner, "Implementation and benchmarking of perceptual image
 * hash functions" (Hagenberg 2010), section 3.2.1, with 16 × 16 frequencies rather than 8 × 8, since heads are alike in
 * the low ones. Brightness and contrast leave the bits as they are.
 *
 * @param grey - square, [row][column]
 * @returns eight words of 32 bits, the first bit the lowest of the first word
 */
export function perceptualHash(grey: ArrayLike<number>): Uint32Array<ArrayBuffer> {
  const side = Math.sqrt(grey.length);
  const coefficients = lowFrequencies(grey, side);
  const median = coefficients.toSorted()[perceptualBits / 2]!;
  const words = new Uint32Array(perceptualBits / 32);
  coefficients.forEach((value, bit) => {
    if (value > median) words[bit >> 5]! |= 1 << (bit & 31);
  });
  return words;
}

/** How many bits of two hashes differ; counting stops where they differ in more than `most`. */
export function hashDistance(first: Uint32Array, second: Uint32Array, most = Infinity): number {
  let distance = 0;
  for (let word = 0; word < first.length && distance <= most; word++)
    distance += bitsOf(first[word]! ^ second[word]!);
  return distance;
}

/** Set bits of a word, by halves (Warren, "Hacker's delight", figure 5-2). */
function bitsOf(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** C(u, v) at 16 (v - 1) + (u - 1): columns first, then rows. */
function lowFrequencies(grey: ArrayLike<number>, side: number): Float64Array {
  const cosines = cosinesOf(side);
  const across = new Float64Array(side * frequencies);
  for (let row = 0; row < side; row++) {
    for (let u = 0; u < frequencies; u++) {
      let sum = 0;
      for (let x = 0; x < side; x++) sum += grey[row * side + x]! * cosines[u * side + x]!;
      across[row * frequencies + u] = sum;
    }
  }
  const out = new Float64Array(perceptualBits);
  for (let v = 0; v < frequencies; v++) {
    for (let row = 0; row < side; row++) {
      const cosine = cosines[v * side + row]!;
      for (let u = 0; u < frequencies; u++)
        out[v * frequencies + u]! += cosine * across[row * frequencies + u]!;
    }
  }
  return out;
}

const knownCosines = new Map<number, Float64Array>();

/** cos(π u (2 x + 1) / 2 n) for u = 1…16, [u][x]. */
function cosinesOf(side: number): Float64Array {
  let cosines = knownCosines.get(side);
  if (cosines === undefined) {
    cosines = Float64Array.from({ length: frequencies * side }, (_, i) =>
      Math.cos((Math.PI * (Math.floor(i / side) + 1) * (2 * (i % side) + 1)) / (2 * side)),
    );
    knownCosines.set(side, cosines);
  }
  return cosines;
}
