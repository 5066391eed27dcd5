import { SvelteMap } from 'svelte/reactivity';
import type { PickedFile } from '../../../src-shared/contract/bridge.ts';
import type { OpenedSource, SlicePixels } from '../../../src-shared/contract/calls.ts';
import type { SliceHandle } from '../../../src-shared/domain/collection.ts';
import type { DisplayWindow } from '../../../src-shared/domain/slice.ts';
import { toFailure, type Failure } from '../../../src-shared/errors.ts';
import type { MainSide } from '../../bridge/MainSide.ts';
import type { PictureCaches } from '../../bridge/PictureCaches.ts';
import { Prefetcher } from '../../bridge/Prefetcher.ts';
import type { Preferences } from '../../bridge/Preferences.svelte.ts';
import { countText } from '../../text/numberTexts.ts';
import { Answers, type Progress } from './Answers.svelte.ts';
import { readingOfCase, readingOfCollection, type OpenedReading } from './OpenedReading.ts';
import { windowFor } from './windowFor.ts';

/** Neighbours fetched ahead, the soonest first: more in the direction of travel. */
const neighbourSteps = [1, 2, -1, 3, 4, -2, 5, 6];
/** So many neighbours are on their way at once; the chosen slice overtakes the rest. */
const parallelNeighbours = 2;

export interface OpeningProgress extends Progress {
  step: 'uploading' | 'reading';
}

/** What could not be opened of the things that were chosen last. */
export type OpeningProblems = Pick<OpenedReading, 'title' | 'failures' | 'skipped'> & {
  /** Nothing in it was a picture. */
  isEmpty: boolean;
};

/** The picture in the viewport; it may lag behind the chosen slice while that is being fetched. */
export interface ShownPicture {
  slice: SliceHandle;
  pixels: SlicePixels;
}

/** What is open in the Read place, where in it the reader is, and how it is displayed. */
export class ReadSession {
  readonly #positions = new SvelteMap<string, number>();
  /** What lies open; it has at least one slice. */
  reading = $state.raw<OpenedReading | null>(null);
  /** What the newest opening could not read; it lies open itself only if there was anything to see. */
  problems = $state.raw<OpeningProblems | null>(null);
  opening = $state.raw<OpeningProgress | null>(null);
  /** Why the last thing could not be opened. */
  openingFailure = $state.raw<Failure | null>(null);
  seriesIndex = $state(0);
  shown = $state.raw<ShownPicture | null>(null);
  /** Why the chosen slice cannot be shown. */
  pictureFailure = $state.raw<Failure | null>(null);
  window = $state.raw<DisplayWindow>({ center: 128, width: 256 });
  isInverted = $state(false);
  readonly answers: Answers;
  readonly preferences: Preferences;

  readonly series = $derived(this.reading?.series[this.seriesIndex] ?? null);
  /** Each series remembers where the reader left it; a new one is met in its middle. */
  readonly sliceIndex = $derived(
    this.series === null
      ? 0
      : (this.#positions.get(this.series.key) ?? Math.floor((this.series.slices.length - 1) / 2)),
  );
  readonly slice = $derived(this.series?.slices[this.sliceIndex] ?? null);

  readonly #windows = new SvelteMap<string, DisplayWindow>();
  readonly #main: MainSide;
  readonly #pictures: PictureCaches;
  readonly #neighbours: Prefetcher;
  #isFetching = false;
  #openingRun: AbortController | null = null;

  constructor(main: MainSide, pictures: PictureCaches, preferences: Preferences) {
    this.#main = main;
    this.#pictures = pictures;
    this.#neighbours = new Prefetcher((slice) => pictures.slices.get(slice), parallelNeighbours);
    this.preferences = preferences;
    this.answers = new Answers(main, preferences);
  }

  /** Hands over dropped or picked files, then opens them. */
  async openFiles(files: Promise<readonly PickedFile[]> | readonly PickedFile[]): Promise<void> {
    await this.#open(async (signal) => {
      const picked = await files;
      if (picked.length === 0) return null;
      this.opening = { step: 'uploading', done: 0, total: picked.length };
      const onProgress = (done: number, total: number) => {
        if (!signal.aborted) this.opening = { step: 'uploading', done, total };
      };
      return this.#read(await this.#main.addFiles(picked, { signal, onProgress }), signal);
    });
  }

  /** Opens what the main side gave a handle for. */
  async openSources(sources: readonly OpenedSource[]): Promise<void> {
    if (sources.length > 0) await this.#open((signal) => this.#read(sources, signal));
  }

  /** Opens a case from the store, with its answers as they were stored. */
  async openCase(id: string): Promise<void> {
    await this.#open(async () => readingOfCase(await this.#main.call('openCase', { id })));
  }

  cancelOpening(): void {
    this.#openingRun?.abort();
    this.#openingRun = null;
    this.opening = null;
  }

  /** Stops whatever can be stopped: opening first, then the analysis of a series. */
  cancel(): void {
    if (this.opening !== null) this.cancelOpening();
    else this.answers.cancel();
  }

  goToSeries(index: number): void {
    const count = this.reading?.series.length ?? 0;
    const target = Math.max(0, Math.min(count - 1, index));
    if (target === this.seriesIndex) return;
    this.seriesIndex = target;
    this.#moved(1);
  }

  goToSlice(index: number): void {
    if (this.series === null) return;
    const target = Math.max(0, Math.min(this.series.slices.length - 1, index));
    const direction = Math.sign(target - this.sliceIndex);
    if (direction === 0) return;
    this.#positions.set(this.series.key, target);
    this.#moved(direction);
  }

  /** Asks for new answers, after the model or the provider was changed; stored cases stay as they are. */
  askAgain(): void {
    if (this.reading === null || this.reading.origin === 'case') return;
    this.answers.replace([]);
    if (this.slice !== null) this.answers.want(this.slice.slice);
  }

  /** Tries the chosen slice again: its answer, and its picture if that could not be had. */
  retry(): void {
    if (this.slice === null) return;
    this.answers.retry(this.slice.slice);
    if (this.pictureFailure !== null) void this.#fetchChosen();
  }

  /** After the connection came back: what failed for want of it is tried again. */
  resume(): void {
    this.#moved(1);
  }

  setWindow(window: DisplayWindow): void {
    this.window = window;
    if (this.series !== null) this.#windows.set(this.series.key, window);
  }

  /** Back to the window of the file, or the one chosen from this slice's values. */
  resetWindow(): void {
    if (this.shown !== null) this.setWindow(this.shown.pixels.window);
  }

  async analyseSeries(): Promise<void> {
    if (this.series !== null) await this.answers.analyseSeries(this.series.slices.map(({ slice }) => slice));
  }

  async #open(read: (signal: AbortSignal) => Promise<OpenedReading | null>): Promise<void> {
    this.cancelOpening();
    const run = new AbortController();
    this.#openingRun = run;
    this.openingFailure = null;
    this.problems = null;
    this.opening = { step: 'reading', done: 0, total: null };
    try {
      const reading = await read(run.signal);
      if (reading !== null && !run.signal.aborted) this.#show(reading);
    } catch (error) {
      const failure = toFailure(error);
      if (failure.code !== 'cancelled' && !run.signal.aborted) this.openingFailure = failure;
    } finally {
      if (this.#openingRun === run) this.cancelOpening();
    }
  }

  async #read(sources: readonly OpenedSource[], signal: AbortSignal): Promise<OpenedReading> {
    this.opening = { step: 'reading', done: 0, total: null };
    const collection = await this.#main.runJob(
      'openSources',
      { sources: sources.map(({ source }) => source) },
      {
        signal,
        onProgress: (done, total) =>
          (this.opening = signal.aborted ? null : { step: 'reading', done, total }),
      },
    );
    const [first] = sources;
    const title =
      sources.length === 1 && first !== undefined ? first.name : countText(sources.length, 'item');
    return readingOfCollection(collection, title);
  }

  /** A reading without a slice leaves open what was open, and only tells its problems. */
  #show(reading: OpenedReading): void {
    const { title, failures, skipped } = reading;
    const isEmpty = reading.series.length === 0;
    const hasProblems = isEmpty || failures.length > 0 || skipped.length > 0;
    this.problems = hasProblems ? { title, failures, skipped, isEmpty } : null;
    if (isEmpty) return;
    this.answers.replace(reading.answers);
    this.#positions.clear();
    this.#windows.clear();
    this.reading = reading;
    this.seriesIndex = 0;
    this.shown = null;
    this.pictureFailure = null;
    this.#moved(1);
  }

  #moved(direction: number): void {
    const { series, slice } = this;
    if (series === null || slice === null) return;
    this.answers.want(slice.slice);
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
        this.pictureFailure = toFailure(error);
      }
    }
    this.#isFetching = false;
  }

  #display(slice: SliceHandle, pixels: SlicePixels): void {
    this.pictureFailure = null;
    this.setWindow(windowFor(pixels, this.series === null ? undefined : this.#windows.get(this.series.key)));
    this.shown = { slice, pixels };
  }
}
