import type { GreyPicture } from '../../../src-shared/imaging/GreyPicture.ts';

/** Grey levels are kept in steps of 1 / 256: half the memory, and a 1/512 level is far below any picture's noise. */
const steps = 256;

/**
 * Decoded pictures at input size, within a memory budget.
 *
 * What came first stays, what does not fit is not kept: epochs pass through all pictures in changing order, where
 * throwing out the one least recently used would help nobody. Pictures are rounded to the cache's steps whether
 * they are kept or not, so the budget decides about time only, never about a result.
 */
export class PictureCache {
  readonly #pictures = new Map<number, Uint16Array>();
  #freeBytes: number;

  constructor(bytes: number) {
    this.#freeBytes = bytes;
  }

  /** How many pictures are kept. */
  get size(): number {
    return this.#pictures.size;
  }

  /** A picture of `size` × `size` from the cache, or from `read`. @returns an array that the caller may change */
  async get(key: number, size: number, read: () => Promise<Float32Array>): Promise<GreyPicture> {
    const known = this.#pictures.get(key);
    const packed = known ?? Uint16Array.from(await read(), (grey) => Math.round(grey * steps));
    if (known === undefined && packed.byteLength <= this.#freeBytes) {
      this.#freeBytes -= packed.byteLength;
      this.#pictures.set(key, packed);
    }
    return { rows: size, columns: size, values: Float32Array.from(packed, (level) => level / steps) };
  }
}
