import type { SlicePixels } from '../../../src-shared/contract/calls.ts';
import type { CaseSlice } from '../../../src-shared/domain/cases.ts';
import type { DisplayWindow } from '../../../src-shared/domain/slice.ts';
import { toFailure, type Failure } from '../../../src-shared/errors.ts';
import type { PictureCaches } from '../../bridge/PictureCaches.ts';

/** One of two pictures side by side. */
export class ComparedSide {
  /** The chosen slice; null where this study has none at the place. */
  slice = $state.raw<CaseSlice | null>(null);
  /** May lag behind the chosen slice while that is being fetched. */
  shown = $state.raw<{ slice: CaseSlice; pixels: SlicePixels } | null>(null);
  failure = $state.raw<Failure | null>(null);
  window = $state.raw<DisplayWindow>({ center: 128, width: 256 });
  readonly #pictures: PictureCaches;

  constructor(pictures: PictureCaches) {
    this.#pictures = pictures;
  }

  /** Shows a slice as soon as its picture is here. */
  async show(slice: CaseSlice | null): Promise<void> {
    this.slice = slice;
    this.failure = null;
    if (slice === null) {
      this.shown = null;
      return;
    }
    try {
      const pixels = await this.#pictures.slices.get(slice.slice);
      if (this.slice !== slice) return;
      // The reader's window holds for the series; what is another series' begins with its own.
      if (this.shown === null) this.window = pixels.window;
      this.shown = { slice, pixels };
    } catch (error) {
      if (this.slice !== slice) return;
      this.shown = null;
      this.failure = toFailure(error);
    }
  }

  /** Begins with the next picture's own window. */
  reset(): void {
    this.shown = null;
  }
}
