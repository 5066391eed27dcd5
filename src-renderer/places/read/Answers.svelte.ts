import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { SecondOpinion } from '../../../src-shared/domain/analysis.ts';
import type { StoredAnalysis } from '../../../src-shared/domain/cases.ts';
import type { SliceHandle } from '../../../src-shared/domain/collection.ts';
import { toFailure, type Failure, type Outcome } from '../../../src-shared/errors.ts';
import type { MainSide } from '../../bridge/MainSide.ts';
import type { Preferences } from '../../bridge/Preferences.svelte.ts';

/** A slice is analysed once the reader has rested on it so long, not while scrolling past. */
const restMs = 120;

export interface Progress {
  done: number;
  total: number | null;
}

/** Why a slice deserves a second look: unlike what the model learnt from, or the models disagree. */
export type SliceMark = 'guard' | 'disagreement';

/** The answers for the slices that are open: one asked for whenever the reader rests, or a whole series. */
export class Answers {
  /** Progress of the series under analysis, or null. */
  progress = $state.raw<Progress | null>(null);
  /** Why the last series analysis ended early; null while all is well. */
  failure = $state.raw<Failure | null>(null);
  readonly #outcomes = new SvelteMap<SliceHandle, Outcome<StoredAnalysis>>();
  readonly #opinions = new SvelteMap<SliceHandle, SecondOpinion>();
  readonly #pending = new SvelteSet<SliceHandle>();
  readonly #main: MainSide;
  readonly #preferences: Preferences;
  #seriesRun: AbortController | null = null;
  #restTimer: ReturnType<typeof setTimeout> | undefined;
  #isAsking = false;
  #wanted: SliceHandle | null = null;
  /** Counts `replace`: answers to an earlier question are not taken for the new one. */
  #generation = 0;

  constructor(main: MainSide, preferences: Preferences) {
    this.#main = main;
    this.#preferences = preferences;
  }

  of(slice: SliceHandle): Outcome<StoredAnalysis> | undefined {
    return this.#outcomes.get(slice);
  }

  /** What the other model says of a slice. */
  opinionOn(slice: SliceHandle): SecondOpinion | null {
    return this.#opinions.get(slice) ?? null;
  }

  /** Why a slice deserves a second look; empty where it does not, or where nothing is known of it. */
  marksOf(slice: SliceHandle): SliceMark[] {
    const outcome = this.#outcomes.get(slice);
    if (outcome?.ok !== true) return [];
    const second = this.#opinions.get(slice);
    const marks: SliceMark[] = outcome.value.guard.flagged ? ['guard'] : [];
    if (second !== undefined && second.class !== outcome.value.class) marks.push('disagreement');
    return marks;
  }

  isPending(slice: SliceHandle): boolean {
    return this.#pending.has(slice);
  }

  /** Forgets everything and begins with what is known already. */
  replace(
    known: Iterable<readonly [SliceHandle, StoredAnalysis]>,
    opinions: Iterable<readonly [SliceHandle, SecondOpinion]>,
  ): void {
    this.cancel();
    this.#generation++;
    this.#wanted = null;
    this.#pending.clear();
    this.#outcomes.clear();
    this.#opinions.clear();
    this.failure = null;
    for (const [slice, opinion] of opinions) this.#opinions.set(slice, opinion);
    for (const [slice, value] of known) this.#outcomes.set(slice, { ok: true, value });
  }

  /** The reader is at this slice: answer it soon, unless it has an answer. */
  want(slice: SliceHandle): void {
    clearTimeout(this.#restTimer);
    if (this.#wanted !== null) this.#pending.delete(this.#wanted);
    this.#wanted = null;
    if (this.#outcomes.has(slice) && !this.#isLost(slice)) return;
    this.#outcomes.delete(slice);
    this.#wanted = slice;
    this.#pending.add(slice);
    this.#restTimer = setTimeout(() => void this.#askWanted(), restMs);
  }

  /** Asks again for a slice that failed. */
  retry(slice: SliceHandle): void {
    this.#outcomes.delete(slice);
    this.want(slice);
  }

  /** Analyses the slices that have no answer yet, in order; failed ones are tried again. */
  async analyseSeries(slices: readonly SliceHandle[]): Promise<void> {
    const open = slices.filter((slice) => this.#outcomes.get(slice)?.ok !== true);
    if (open.length === 0 || this.progress !== null) return;
    const run = new AbortController();
    this.#seriesRun = run;
    this.failure = null;
    this.progress = { done: 0, total: open.length };
    try {
      await this.#analyse(open, run.signal, (done, total) => {
        if (this.#seriesRun === run) this.progress = { done, total: total ?? open.length };
      });
    } catch (error) {
      const failure = toFailure(error);
      if (failure.code !== 'cancelled') this.failure = failure;
    } finally {
      if (this.#seriesRun === run) {
        this.#seriesRun = null;
        this.progress = null;
      }
    }
  }

  /** Stops the analysis of a series; what was finished is kept. */
  cancel(): void {
    this.#seriesRun?.abort();
    this.#seriesRun = null;
    this.progress = null;
  }

  /** A question that went down with the connection was never answered. */
  #isLost(slice: SliceHandle): boolean {
    const outcome = this.#outcomes.get(slice);
    return outcome?.ok === false && outcome.error.code === 'connection-lost';
  }

  /** One question at a time; when it is answered, the slice that the reader reached meanwhile is next. */
  async #askWanted(): Promise<void> {
    const slice = this.#wanted;
    if (this.#isAsking || slice === null) return;
    this.#isAsking = true;
    const generation = this.#generation;
    try {
      await this.#analyse([slice]);
    } catch (error) {
      if (generation === this.#generation) this.#outcomes.set(slice, { ok: false, error: toFailure(error) });
    } finally {
      this.#isAsking = false;
      this.#pending.delete(slice);
      if (this.#wanted === slice) this.#wanted = null;
      else void this.#askWanted();
    }
  }

  async #analyse(
    slices: SliceHandle[],
    signal?: AbortSignal,
    onProgress?: (done: number, total: number | null) => void,
  ): Promise<void> {
    const { model, provider } = this.#preferences.current;
    const generation = this.#generation;
    await this.#main.runJob(
      'analyseSlices',
      { slices, model, provider },
      {
        ...(signal && { signal }),
        ...(onProgress && { onProgress }),
        onSliceAnalysed: ({ slice, outcome, secondOpinion }) => {
          const isCancelled = !outcome.ok && outcome.error.code === 'cancelled';
          if (generation !== this.#generation || isCancelled) return;
          if (secondOpinion) this.#opinions.set(slice, secondOpinion);
          this.#outcomes.set(slice, outcome);
        },
      },
    );
  }
}
