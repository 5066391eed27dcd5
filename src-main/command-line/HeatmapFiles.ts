import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Heatmap } from '../../src-shared/domain/analysis.ts';
import type { Slice } from '../../src-shared/domain/slice.ts';
import { upsample } from '../../src-shared/imaging/upsample.ts';
import { drawHeatmap } from '../calls/drawHeatmap.ts';
import { encodeNpy } from '../calls/encodeNpy.ts';
import { SliceFileNames } from './SliceFileNames.ts';
import { writeInto } from './writeInto.ts';

/** Where the files of one heatmap are, absolute. */
export interface WrittenHeatmap {
  /** The overlay on the slice. */
  png: string;
  /** At the size of the model's input, unscaled. */
  npy: string;
  /** At the map's own size, unscaled. */
  layerNpy: string;
}

/** Writes overlays as `<base>[.f<frame>].<method>[.<layer>].png` into one folder, and the numbers beside them. */
export class HeatmapFiles {
  readonly #folder: string;
  readonly #names = new SliceFileNames();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @returns the absolute path of the overlay @throws UserError 'folder-unwritable' or 'disk-full' */
  async write(slice: Slice, heatmap: Heatmap): Promise<string> {
    const name = this.#names.free(slice, `.${heatmap.method}.png`);
    return this.#write(name, await drawHeatmap(slice, heatmap));
  }

  /**
   * Writes the overlay and the numbers.
   *
   * @param layer - part of the names where it was asked for
   * @param inputSize - rows and columns of the enlarged map
   * @throws UserError 'folder-unwritable' or 'disk-full'
   */
  async writeAll(
    slice: Slice,
    heatmap: Heatmap,
    { layer, inputSize }: { layer: string | null; inputSize: number },
  ): Promise<WrittenHeatmap> {
    const words = layer === null ? heatmap.method : `${heatmap.method}.${layer}`;
    const png = this.#names.free(slice, `.${words}.png`);
    const stem = png.slice(0, -'.png'.length);
    const square = { rows: inputSize, columns: inputSize };
    const enlarged = upsample(heatmap.values, heatmap, square);
    return {
      png: await this.#write(png, await drawHeatmap(slice, heatmap)),
      npy: await this.#write(`${stem}.npy`, encodeNpy(enlarged, square)),
      layerNpy: await this.#write(`${stem}.layer.npy`, encodeNpy(heatmap.values, heatmap)),
    };
  }

  async #write(name: string, bytes: Uint8Array): Promise<string> {
    const path = join(this.#folder, name);
    await writeInto(this.#folder, async () => {
      await mkdir(this.#folder, { recursive: true });
      await writeFile(path, bytes);
    });
    return path;
  }
}
