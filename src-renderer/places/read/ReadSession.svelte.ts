import type { StoredAnalysis } from '../../../src-shared/domain/cases.ts';
import type { SliceHandle, SliceSummary } from '../../../src-shared/domain/collection.ts';
import type { Agreement } from '../../../src-shared/domain/readings.ts';
import type { PickedFile } from '../../../src-shared/contract/bridge.ts';
import type { OpenedSource } from '../../../src-shared/contract/calls.ts';
import { toFailure, type Failure, type Outcome } from '../../../src-shared/errors.ts';
import type { MainSide } from '../../bridge/MainSide.ts';
import type { PictureCaches } from '../../bridge/PictureCaches.ts';
import type { Preferences } from '../../bridge/Preferences.svelte.ts';
import { countText } from '../../text/numberTexts.ts';
import { ViewerTools } from '../../viewer/ViewerTools.svelte.ts';
import { ArchiveSession } from './archive/ArchiveSession.svelte.ts';
import { Answers, type Progress, type SliceMark } from './Answers.svelte.ts';
import { Deidentification } from './Deidentification.svelte.ts';
import { Hanging } from './Hanging.svelte.ts';
import { readingOfCase, readingOfCollection, type OpenedReading, type OpenSeries } from './OpenedReading.ts';
import type { Pane, ShownPicture } from './Pane.svelte.ts';
import { MeasurementKeeper } from './MeasurementKeeper.svelte.ts';
import { Readings } from './Readings.svelte.ts';

export interface OpeningProgress extends Progress {
  step: 'uploading' | 'reading';
}

/** What could not be opened of the things that were chosen last. */
export type OpeningProblems = Pick<OpenedReading, 'title' | 'failures' | 'skipped'> & {
  /** Nothing in it was a picture. */
  isEmpty: boolean;
};

/** What is open in the Read place, where in it the reader is, and how it is displayed. */
export class ReadSession {
  /** What lies open; it has at least one slice. */
  reading = $state.raw<OpenedReading | null>(null);
  /** What the newest opening could not read; it lies open itself only if there was anything to see. */
  problems = $state.raw<OpeningProblems | null>(null);
  opening = $state.raw<OpeningProgress | null>(null);
  /** Why the last thing could not be opened. */
  openingFailure = $state.raw<Failure | null>(null);
  readonly answers: Answers;
  readonly readings: Readings;
  readonly preferences: Preferences;
  readonly deidentification: Deidentification;
  readonly hanging: Hanging;
  readonly measurementKeeper: MeasurementKeeper;
  readonly tools: ViewerTools;
  readonly archive: ArchiveSession;
  readonly #main: MainSide;
  #openingRun: AbortController | null = null;

  constructor(main: MainSide, pictures: PictureCaches, preferences: Preferences) {
    this.#main = main;
    this.preferences = preferences;
    this.answers = new Answers(main, preferences);
    this.readings = new Readings(main, preferences);
    this.measurementKeeper = new MeasurementKeeper(main);
    this.tools = new ViewerTools(this.measurementKeeper.measurements);
    this.deidentification = new Deidentification(main);
    this.hanging = new Hanging(pictures, preferences);
    this.archive = new ArchiveSession(main);
  }

  /** The series of the active pane, and where in it the reader is. */
  get series(): OpenSeries | null {
    return this.hanging.active.series;
  }

  get seriesIndex(): number {
    return this.series === null ? -1 : (this.reading?.series.indexOf(this.series) ?? -1);
  }

  get sliceIndex(): number {
    return this.hanging.active.sliceIndex;
  }

  get slice(): SliceSummary | null {
    return this.hanging.active.slice;
  }

  get shown(): ShownPicture | null {
    return this.hanging.active.shown;
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

  /** Opens what was pulled from a picture archive, to which its result may go back. */
  async openPulled(source: OpenedSource, archive: string): Promise<void> {
    await this.#open((signal) => this.#read([source], signal, archive));
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

  /** Hangs a series in the active pane. */
  goToSeries(index: number): void {
    this.hangSeries(index, this.hanging.activeIndex);
  }

  /**
   * Hangs a series in a pane, which becomes the active one.
   *
   * @param paneIndex - in reading order, from 0
   */
  hangSeries(index: number, paneIndex: number): void {
    const all = this.reading?.series ?? [];
    const series = all[Math.max(0, Math.min(all.length - 1, index))];
    if (series === undefined) return;
    this.hanging.activate(paneIndex);
    this.hanging.active.hang(series);
  }

  goToSlice(index: number): void {
    this.scroll(this.hanging.active, index);
  }

  /** Goes to a slice of a pane; panes that keep together come along. */
  scroll(pane: Pane, index: number): void {
    const steps = pane.goToSlice(index);
    if (steps !== 0) this.hanging.follow(pane, steps);
  }

  /** The answer of a slice as far as the reader may see it: nothing while a blinded reading is due. */
  answerOf(slice: SliceHandle): Outcome<StoredAnalysis> | undefined {
    return this.readings.isHidden(slice) ? undefined : this.answers.of(slice);
  }

  /** Why a slice deserves a second look, as far as the reader may know. */
  marksOf(slice: SliceHandle): SliceMark[] {
    return this.readings.isHidden(slice) ? [] : this.answers.marksOf(slice);
  }

  /** Hides answers until they are read, or stops hiding them; what may have been seen stays visible. */
  toggleBlinded(): void {
    const isBlinded = !this.preferences.current.isReadingBlinded;
    const slices = this.reading?.series.flatMap((series) => series.slices) ?? [];
    if (isBlinded)
      for (const { slice } of slices) if (this.answers.of(slice)?.ok) this.readings.markSeen(slice);
    this.preferences.change({ isReadingBlinded: isBlinded });
  }

  /** Says yes or no to the answer of the chosen slice, once it is there to be seen. */
  judge(verdict: Agreement): void {
    const answer = this.slice === null ? undefined : this.answerOf(this.slice.slice);
    if (this.slice !== null && answer?.ok === true) {
      void this.readings.judge(this.slice.slice, answer.value.id, verdict);
    }
  }

  /**
   * Goes to the next slice of the series that deserves a second look, from the last one on to the first.
   *
   * @param direction - 1 onwards, −1 back
   */
  goToMarked(direction: 1 | -1): void {
    const slices = this.series?.slices ?? [];
    for (let step = 1; step < slices.length; step++) {
      const index = (this.sliceIndex + direction * step + slices.length) % slices.length;
      if (this.marksOf(slices[index]!.slice).length > 0) return this.goToSlice(index);
    }
  }

  /** Asks for new answers, after the model or the provider was changed; stored cases stay as they are. */
  askAgain(): void {
    if (this.reading === null || this.reading.origin === 'case') return;
    this.answers.replace([], []);
    if (this.slice !== null) this.answers.want(this.slice.slice);
  }

  /** Tries the chosen slice again: its answer, and its picture if that could not be had. */
  retry(): void {
    if (this.slice === null) return;
    this.answers.retry(this.slice.slice);
    if (this.hanging.active.failure !== null) this.hanging.active.fetch(1);
  }

  /** After the connection came back: what failed for want of it is tried again. */
  resume(): void {
    if (this.slice !== null) this.answers.want(this.slice.slice);
    for (const pane of this.hanging.visible) pane.fetch(1);
    void this.measurementKeeper.keep();
  }

  /** Another store has taken the place of the one before: its cases are gone from the page, opened files stay. */
  forgetStore(): void {
    if (this.reading?.origin === 'case') this.reading = null;
    else this.measurementKeeper.keepAgain();
  }

  async analyseSeries(): Promise<void> {
    if (this.series !== null) await this.answers.analyseSeries(this.series.slices.map(({ slice }) => slice));
  }

  async #open(read: (signal: AbortSignal) => Promise<OpenedReading | null>): Promise<void> {
    this.cancelOpening();
    this.archive.isOpen = false;
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

  async #read(
    sources: readonly OpenedSource[],
    signal: AbortSignal,
    archive: string | null = null,
  ): Promise<OpenedReading> {
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
    return readingOfCollection(collection, title, archive);
  }

  /** A reading without a slice leaves open what was open, and only tells its problems. */
  #show(reading: OpenedReading): void {
    const { title, failures, skipped } = reading;
    const isEmpty = reading.series.length === 0;
    const hasProblems = isEmpty || failures.length > 0 || skipped.length > 0;
    this.problems = hasProblems ? { title, failures, skipped, isEmpty } : null;
    if (isEmpty) return;
    this.answers.replace(reading.answers, reading.opinions);
    this.readings.clear();
    this.measurementKeeper.clear();
    this.tools.clear();
    this.reading = reading;
    if (reading.origin === 'case')
      void this.measurementKeeper.want(
        reading.series.flatMap(({ slices }) => slices.map(({ slice }) => slice)),
      );
    this.hanging.show(reading.series);
  }
}
