import { LoadCache } from '../../bridge/LoadCache.ts';
import type { MainSide } from '../../bridge/MainSide.ts';

const mostTogether = 100;
const megabyte = 2 ** 20;

/** Small pictures of a data set, decoded; those that are wanted at the same time are fetched together. */
export class Previews {
  readonly #cache: LoadCache<ImageBitmap>;
  readonly #main: MainSide;
  readonly #dataset: number;
  #waiting = new Map<number, PromiseWithResolvers<Uint8Array<ArrayBuffer>>>();

  constructor(main: MainSide, dataset: number) {
    this.#main = main;
    this.#dataset = dataset;
    this.#cache = new LoadCache(
      async (id) => createImageBitmap(new Blob([await this.#fetch(Number(id))], { type: 'image/jpeg' })),
      ({ width, height }) => 4 * width * height,
      128 * megabyte,
    );
  }

  /** The picture if it is here now. */
  peek(id: number): ImageBitmap | undefined {
    return this.#cache.peek(String(id));
  }

  get(id: number): Promise<ImageBitmap> {
    return this.#cache.get(String(id));
  }

  #fetch(id: number): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#waiting.size === 0) setTimeout(() => void this.#fetchWaiting());
    const wanted = Promise.withResolvers<Uint8Array<ArrayBuffer>>();
    this.#waiting.set(id, wanted);
    return wanted.promise;
  }

  async #fetchWaiting(): Promise<void> {
    const wanted = [...this.#waiting];
    this.#waiting = new Map();
    for (let from = 0; from < wanted.length; from += mostTogether) {
      const part = wanted.slice(from, from + mostTogether);
      try {
        const ids = part.map(([id]) => id);
        const { previews } = await this.#main.call('readPreviews', { dataset: this.#dataset, ids });
        part.forEach(([, { resolve }], i) => resolve(previews[i]!));
      } catch (error) {
        part.forEach(([, { reject }]) => reject(error));
      }
    }
  }
}
