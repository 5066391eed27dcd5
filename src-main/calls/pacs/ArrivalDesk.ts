import type { ArrivalRules } from '../../../src-shared/domain/pacs.ts';
import type { Failure } from '../../../src-shared/errors.ts';
import type { DicomInstance } from '../../images/dicom/readInstance.ts';
import type { ArrivalLedger, WaitingSeries } from '../../interop/ArrivalLedger.ts';
import { matchesRules } from '../../interop/matchesRules.ts';
import { namesIn } from './forgetReceived.ts';
import { isAnalysed } from './isAnalysed.ts';
import { reportFailure } from '../reportFailure.ts';

/** What to analyse of what arrives, and how much of it. */
export interface ArrivalOptions {
  /** Absolute; where the series arrive. */
  root: string;
  /** Null: nothing is analysed. */
  rules: ArrivalRules | null;
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
 * Analyses series as they arrive, one at a time, each when nothing more of it comes; first those that an earlier process did
 * not get to. Whatever is sent again is analysed again, which counts, but the case store keeps one analysis for each
 * content and model.
 */
export class ArrivalDesk {
  readonly #options: ArrivalOptions;
  readonly #ledger: ArrivalLedger;
  readonly #analyse: (folder: string, signal: AbortSignal) => Promise<void>;
  readonly #onSeries: (series: ArrivedSeries) => void;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #stop = new AbortController();
  #work: Promise<void> = Promise.resolve();

  /**
   * @param ledger - stays open until the desk is closed
   * @param analyse - analyses the files of a folder
   * @param onSeries - hears of each series when it is done with
   */
  constructor(
    options: ArrivalOptions,
    ledger: ArrivalLedger,
    analyse: (folder: string, signal: AbortSignal) => Promise<void>,
    onSeries: (series: ArrivedSeries) => void,
  ) {
    this.#options = options;
    this.#ledger = ledger;
    this.#analyse = analyse;
    this.#onSeries = onSeries;
    if (options.rules !== null) for (const series of ledger.waitingBelow(options.root)) this.#watch(series);
  }

  /**
   * An instance lies on the disk. It may be acknowledged once this returns.
   *
   * @param folder - of its series
   * @throws UserError 'store-…', 'disk-full'
   */
  arrived(instance: DicomInstance, folder: string): void {
    const { rules } = this.#options;
    const isWanted = rules !== null && isAnalysed(instance.sopClassUid) && matchesRules(instance, rules);
    const series = { folder, seriesInstanceUid: instance.seriesInstanceUid };
    this.#ledger.arrived(isWanted ? series : null);
    if (isWanted) this.#watch(series);
  }

  /** Takes no further series, and stops the one in hand, which waits for the next desk. */
  async close(): Promise<void> {
    this.#stop.abort();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    await this.#work;
  }

  #watch(series: WaitingSeries): void {
    if (this.#stop.signal.aborted) return;
    clearTimeout(this.#timers.get(series.folder));
    const take = (): void => {
      this.#timers.delete(series.folder);
      this.#work = this.#work.then(() => this.#take(series));
    };
    this.#timers.set(series.folder, setTimeout(take, this.#options.quietMs));
  }

  async #take(series: WaitingSeries): Promise<void> {
    if (this.#stop.signal.aborted) return;
    const done = await this.#judge(series);
    if (done === null) return;
    try {
      this.#ledger.ended(series.folder, done.state, done.slices);
      this.#onSeries(done);
    } catch (error) {
      // The disk is full, or another process holds the ledger: the series waits for the next start.
      this.#onSeries({ ...done, state: 'failed', error: reportFailure(error) });
    }
  }

  /** @returns null where it was stopped meanwhile */
  async #judge({ seriesInstanceUid, folder }: WaitingSeries): Promise<ArrivedSeries | null> {
    let slices = 0;
    try {
      slices = (await namesIn(folder)).length;
      const { analysed, failed } = this.#ledger.today();
      if (analysed + failed + slices > this.#options.slicesPerDay)
        return { seriesInstanceUid, slices, state: 'left', error: null };
      await this.#analyse(folder, this.#stop.signal);
      return { seriesInstanceUid, slices, state: 'analysed', error: null };
    } catch (error) {
      if (this.#stop.signal.aborted) return null;
      return { seriesInstanceUid, slices, state: 'failed', error: reportFailure(error) };
    }
  }
}
