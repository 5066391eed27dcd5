import { normalQuantile } from './normalQuantile.ts';

/** Rotations of Threefry-2x32, one for each round, repeated (Salmon et al., table 2). */
const rotations = Uint8Array.of(13, 15, 26, 6, 17, 29, 16, 24);
const rounds = 20;
const keyParity = 0x1bd11bda;

/**
 * The block function of Threefry-2x32 with 20 rounds: 64 bits of counter to 64 random bits, under a 64-bit key.
 *
 * Additions, rotations and exclusive ors of 32-bit words, so JavaScript computes it exactly on any machine.
 * Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011; it passes BigCrush,
 * and is the generator of JAX. Checked against the known answers of the authors' Random123 library.
 *
 * @param out - receives two words as unsigned numbers
 */
export function threefry(
  key0: number,
  key1: number,
  counter0: number,
  counter1: number,
  out: Uint32Array,
): void {
  const key2 = key0 ^ key1 ^ keyParity;
  let x = (counter0 + key0) | 0;
  let y = (counter1 + key1) | 0;
  let next = key1 | 0;
  let afterNext = key2;
  let last = key0 | 0;
  for (let round = 0; round < rounds; round++) {
    const turn = rotations[round & 7]!;
    x = (x + y) | 0;
    y = ((y << turn) | (y >>> (32 - turn))) ^ x;
    if ((round & 3) !== 3) continue;
    x = (x + next) | 0;
    y = (y + afterNext + ((round + 1) >> 2)) | 0;
    [next, afterNext, last] = [afterNext, last, next];
  }
  out[0] = x;
  out[1] = y;
}

/**
 * Random numbers that depend on nothing but a seed and the labels of what they are for.
 *
 * The project's only source of reproducible chance. A stream is a key; its n-th block is Threefry of the
 * counter n (counter-based: no state to save, no order between streams). The key is the seed's 64 bits, into
 * which the labels are folded two by two as JAX's `fold_in` does:
 *
 *     key <- Threefry(key, (label 1, label 2)),   and so on;   block n = Threefry(key, (n, 2^32 - 1))
 *
 * so `new RandomStream(seed, epoch, image)` gives the same numbers on every machine, in every order of work and
 * after every restart.
 */
export class RandomStream {
  readonly #key: readonly [number, number];
  readonly #block = new Uint32Array(2);
  #position = 0;

  /**
   * @param seed - a whole number, up to 53 bits
   * @param labels - whole numbers, up to 53 bits each; order matters
   */
  constructor(seed: number, ...labels: number[]) {
    let key: [number, number] = [low(seed), high(seed)];
    labels.forEach((label, place) => {
      // The place keeps (1) and (1, 0) apart; the high words of labels are seldom used, and cost one fold more.
      threefry(key[0], key[1], low(label), (place + 1) | 0, this.#block);
      key = [this.#block[0]!, this.#block[1]!];
      if (high(label) === 0) return;
      threefry(key[0], key[1], high(label), ~place, this.#block);
      key = [this.#block[0]!, this.#block[1]!];
    });
    this.#key = key;
  }

  /** The next 32 bits, 0…2^32 - 1. */
  word(): number {
    const half = this.#position & 1;
    if (half === 0) threefry(this.#key[0], this.#key[1], this.#position >>> 1, -1, this.#block);
    this.#position++;
    return this.#block[half]!;
  }

  /** Uniform in [0, 1), with 32 random bits. */
  uniform(): number {
    return this.word() / 2 ** 32;
  }

  /** Uniform in [least, most). */
  between(least: number, most: number): number {
    return least + (most - least) * this.uniform();
  }

  /** True with a probability. */
  happens(probability: number): boolean {
    return this.uniform() < probability;
  }

  /**
   * A whole number 0…count - 1, each as likely. Words of the incomplete last round are drawn again (Lemire,
   * ACM TOMACS 29, 2019, section 3), so there is no bias.
   *
   * @param count - 1…2^32
   */
  integer(count: number): number {
    const limit = 2 ** 32 - (2 ** 32 % count);
    let word = this.word();
    while (word >= limit) word = this.word();
    return word % count;
  }

  /** Puts an array into a random order, in place: Fisher and Yates, each order as likely. */
  shuffle<Item>(items: Item[]): Item[] {
    for (let last = items.length - 1; last > 0; last--) {
      const other = this.integer(last + 1);
      [items[last], items[other]] = [items[other]!, items[last]!];
    }
    return items;
  }

  /**
   * Adds Gaussian noise to every value, in place.
   *
   *     v <- v + σ Φ⁻¹((k + 1/2) / 4096),   k = 12 random bits
   *
   * The normal quantiles come from a table, two for each word: fast enough for every pixel. Their spread is
   * that of the normal distribution to 0.1 %, and their largest value 3.7 σ.
   */
  addNormal(values: Float32Array, sigma: number): void {
    for (let i = 0; i < values.length; i += 2) {
      const word = this.word();
      values[i]! += sigma * normalQuantiles[word & 0xfff]!;
      if (i + 1 < values.length) values[i + 1]! += sigma * normalQuantiles[(word >>> 12) & 0xfff]!;
    }
  }
}

function low(value: number): number {
  return (value % 2 ** 32) | 0;
}

function high(value: number): number {
  return Math.floor(value / 2 ** 32) | 0;
}

const normalQuantiles = Float32Array.from({ length: 4096 }, (_, k) => normalQuantile((k + 0.5) / 4096));
