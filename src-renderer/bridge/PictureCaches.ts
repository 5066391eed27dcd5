import type { SlicePixels, Thumbnail } from '../../src-shared/contract/calls.ts';
import { LoadCache } from './LoadCache.ts';
import type { MainSide } from './MainSide.ts';

const megabyte = 2 ** 20;
const thumbnailSize = 96;
/** So many thumbnails are asked for at once; more would stand in the way of the slice that is wanted now. */
const parallelThumbnails = 4;

/** Pictures that were fetched from the main side: slices at full depth, and thumbnails. */
export class PictureCaches {
  readonly slices: LoadCache<SlicePixels>;
  readonly thumbnails: LoadCache<Thumbnail>;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(main: MainSide) {
    this.slices = new LoadCache(
      (slice) => main.call('readSlice', { slice }),
      ({ samples }) => samples.byteLength,
      384 * megabyte,
    );
    this.thumbnails = new LoadCache(
      (slice) => this.#inTurn(() => main.call('readThumbnail', { slice, size: thumbnailSize })),
      ({ grey }) => grey.byteLength,
      32 * megabyte,
    );
  }

  async #inTurn<Value>(load: () => Promise<Value>): Promise<Value> {
    if (this.#running >= parallelThumbnails)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running++;
    try {
      return await load();
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }
}
