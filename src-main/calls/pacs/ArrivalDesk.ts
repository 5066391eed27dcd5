import { readdir } from 'node:fs/promises';
import type { ArrivalRules } from '../../../src-shared/domain/pacs.ts';
import type { Failure } from '../../../src-shared/errors.ts';
import type { DicomInstance } from '../../images/dicom/readInstance.ts';
import { matchesRules } from '../../interop/matchesRules.ts';
import { isAnalysed } from './isAnalysed.ts';
import { reportFailure } from '../reportFailure.ts';

/** What to analyse of what arrives, and how much of it. */
export interface ArrivalOptions {
  rules: ArrivalRules;
  /** Slices analysed on one calendar day at most; a series that would exceed them is left for a person. */
  slicesPerDay: number;
  /** A series of which nothing came for so long is taken for whole. */
  quietMs: number;
}

/** What became of a series that the rules wanted. */
export interface ArrivedSeries {
  seriesInstanceUid: string;
  /** Files of it. */
  slices: number;
  /** `left`: it would have exceeded the quota. */
  state: 'analysed' | 'left' | 'failed';
  error: Failure | null;
}

/**
 * Analyses series as they arrive, one at a time, each when nothing more of it comes. Whatever is sent again is analysed
 * again, which counts, but the case store keeps one analysis for each content and model.
 */
export class ArrivalDesk {
  readonly #options: ArrivalOptions;
  readonly #analyse: (folder: string, signal: AbortSignal) => Promise<void>;
  readonly #onSeries: (series: ArrivedSeries) => void;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #stop = new AbortController();
  #work: Promise<void> = Promise.resolve();
  #spent = { day: '', slices: 0 };

  /**
   * @param analyse - analyses the files of a folder
   * @param onSeries - hears of each series when it is done with
   */
  constructor(
    options: ArrivalOptions,
    analyse: (folder: string, signal: AbortSignal) => Promise<void>,
    onSeries: (series: ArrivedSeries) => void,
  ) {
    this.#options = options;
    this.#analyse = analyse;
    this.#onSeries = onSeries;
  }

  /** An instance lies on the disk. @param folder - of its series */
  arrived(instance: DicomInstance, folder: string): void {
    if (this.#stop.signal.aborted || !isAnalysed(instance.sopClassUid)) return;
    if (!matchesRules(instance, this.#options.rules)) return;
    clearTimeout(this.#timers.get(folder));
    const take = (): void => {
      this.#timers.delete(folder);
      this.#work = this.#work.then(() => this.#take(instance.seriesInstanceUid, folder));
    };
    this.#timers.set(folder, setTimeout(take, this.#options.quietMs));
  }

  /** Takes no further series, and stops the one in hand. */
  async close(): Promise<void> {
    this.#stop.abort();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    await this.#work;
  }

  async #take(seriesInstanceUid: string, folder: string): Promise<void> {
    if (this.#stop.signal.aborted) return;
    try {
      const slices = (await readdir(folder)).length;
      const day = new Date().toDateString();
      if (this.#spent.day !== day) this.#spent = { day, slices: 0 };
      if (this.#spent.slices + slices > this.#options.slicesPerDay) {
        this.#onSeries({ seriesInstanceUid, slices, state: 'left', error: null });
        return;
      }
      this.#spent.slices += slices;
      await this.#analyse(folder, this.#stop.signal);
      this.#onSeries({ seriesInstanceUid, slices, state: 'analysed', error: null });
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      this.#onSeries({ seriesInstanceUid, slices: 0, state: 'failed', error: reportFailure(error) });
    }
  }
}
