import { SvelteMap } from 'svelte/reactivity';
import type { SlicePixels } from '../../../src-shared/contract/calls.ts';
import type { SliceHandle } from '../../../src-shared/domain/collection.ts';
import type { DisplayWindow } from '../../../src-shared/domain/slice.ts';
import { toFailure, type Failure } from '../../../src-shared/errors.ts';
import type { PictureCaches } from '../../bridge/PictureCaches.ts';
import { Prefetcher } from '../../bridge/Prefetcher.ts';
import { fittedView, type View } from '../../viewer/view.ts';
import type { OpenSeries } from './OpenedReading.ts';
import { windowFor } from './windowFor.ts';

/** Neighbours fetched ahead, the soonest first: more in the direction of travel. */
const neighbourSteps = [1, 2, -1, 3, 4, -2, 5, 6];
/** So many neighbours are on their way at once; the chosen slice overtakes the rest. */
const parallelNeighbours = 2;

/** The picture in a viewport; it may lag behind the chosen slice while that is being fetched. */
export interface ShownPicture {
  slice: SliceHandle;
  pixels: SlicePixels;
}

/** One viewport of a layout: the series that hangs there, where in it the reader is, and how it is looked at. */
export class Pane {
  readonly #positions = new SvelteMap<string, number>();
  readonly #windows = new SvelteMap<string, DisplayWindow>();
  series = $state.raw<OpenSeries | null>(null);
  shown = $state.raw<ShownPicture | null>(null);
  /** Why the chosen slice cannot be shown. */
  failure = $state.raw<Failure | null>(null);
  window = $state.raw<DisplayWindow>({ center: 128, width: 256 });
  view = $state.raw<View>(fittedView);
  isInverted = $state(false);

  /** Each series remembers where the reader left it; a new one is met in its middle. */
  readonly sliceIndex = $derived(
    this.series === null
      ? 0
      : (this.#positions.get(this.series.key) ?? Math.floor((this.series.slices.length - 1) / 2)),
  );
  readonly slice = $derived(this.series?.slices[this.sliceIndex] ?? null);

  readonly #pictures: PictureCaches;
  readonly #neighbours: Prefetcher;
  readonly #onFirstShown: (pane: Pane) => void;
  #isFetching = false;

  /** @param onFirstShown - hears of the first picture of each series that is hung here */
  constructor(pictures: PictureCaches, onFirstShown: (pane: Pane) => void) {
    this.#pictures = pictures;
    this.#neighbours = new Prefetcher((slice) => pictures.slices.get(slice), parallelNeighbours);
    this.#onFirstShown = onFirstShown;
  }

  /** Hangs a series, or nothing. */
  hang(series: OpenSeries | null): void {
    if (series === this.series) return;
    this.series = series;
    this.shown = null;
    this.failure = null;
    this.view = fittedView;
    this.fetch(1);
  }

  /** Forgets where the reader was, and hangs nothing. */
  clear(): void {
    this.#positions.clear();
    this.#windows.clear();
    this.isInverted = false;
    this.hang(null);
  }

  /** Goes to a slice, as far as there are any. @returns the steps that were gone, negative towards the first */
  goToSlice(index: number): number {
    if (this.series === null) return 0;
    const target = Math.max(0, Math.min(this.series.slices.length - 1, index));
    const steps = target - this.sliceIndex;
    if (steps === 0) return 0;
    this.#positions.set(this.series.key, target);
    this.fetch(Math.sign(steps));
    return steps;
  }

  setWindow(window: DisplayWindow): void {
    this.window = window;
    if (this.series !== null) this.#windows.set(this.series.key, window);
  }

  /** Back to the window of the file, or the one chosen from this slice's values. */
  resetWindow(): void {
    if (this.shown !== null) this.setWindow(this.shown.pixels.window);
  }

  /**
   * Shows the chosen slice as soon as it is here, and has its neighbours fetched.
   *
   * @param direction - of travel: 1 or −1
   */
  fetch(direction: number): void {
    const { series, slice } = this;
    if (series === null || slice === null) return;
    const here = this.#pictures.slices.peek(slice.slice);
    if (here !== undefined) this.#display(slice.slice, here);
    else void this.#fetchChosen();
    const neighbours = neighbourSteps.map((step) => series.slices[this.sliceIndex + step * direction]?.slice);
    this.#neighbours.want(neighbours.filter((neighbour) => neighbour !== undefined));
  }

  /** One picture at a time: of the slices that the reader flies past, only as many are asked for as arrive. */
  async #fetchChosen(): Promise<void> {
    if (this.#isFetching) return;
    this.#isFetching = true;
    let asked: SliceHandle | null = null;
    while (this.slice !== null && this.slice.slice !== asked) {
      const { series } = this;
      asked = this.slice.slice;
      try {
        const pixels = await this.#pictures.slices.get(asked);
        if (this.series === series) this.#display(asked, pixels);
      } catch (error) {
        if (this.slice.slice !== asked) continue;
        this.shown = null;
        this.failure = toFailure(error);
      }
    }
    this.#isFetching = false;
  }

  #display(slice: SliceHandle, pixels: SlicePixels): void {
    const isFirst = this.shown === null;
    this.failure = null;
    this.setWindow(windowFor(pixels, this.series === null ? undefined : this.#windows.get(this.series.key)));
    this.shown = { slice, pixels };
    if (isFirst) this.#onFirstShown(this);
  }
}
