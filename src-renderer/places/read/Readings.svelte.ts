import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { CallInput } from '../../../src-shared/contract/calls.ts';
import type { SliceHandle } from '../../../src-shared/domain/collection.ts';
import type {
  Agreement,
  Reading,
  ReadingConfidence,
  ReadingFinding,
  ReadingScope,
} from '../../../src-shared/domain/readings.ts';
import { toFailure, type Failure } from '../../../src-shared/errors.ts';
import type { MainSide } from '../../bridge/MainSide.ts';
import type { Preferences } from '../../bridge/Preferences.svelte.ts';

/** What a reader fills in. */
export type ReadingDraft = Omit<CallInput<'recordReading'>, 'slice' | 'isBlinded'>;

/** A form that was left before it was stored. */
export interface UnfinishedReading {
  scope: ReadingScope;
  finding: ReadingFinding | null;
  otherFinding: string;
  confidence: ReadingConfidence | null;
  text: string;
}

/** What readers concluded about the slices that are open, and which answers a blinded reader has seen. */
export class Readings {
  isSaving = $state(false);
  /** Why the last reading could not be stored. */
  failure = $state.raw<Failure | null>(null);
  /** Forms that were left unfinished, to go on with when the reader comes back to the slice. */
  readonly unfinished = new SvelteMap<SliceHandle, UnfinishedReading>();
  readonly #versions = new SvelteMap<SliceHandle, readonly Reading[]>();
  /** Slices whose answer was on the screen; what was seen cannot be read blindly any more. */
  readonly #seen = new SvelteSet<SliceHandle>();
  readonly #main: MainSide;
  readonly #preferences: Preferences;

  constructor(main: MainSide, preferences: Preferences) {
    this.#main = main;
    this.#preferences = preferences;
  }

  /** Forgets what was open. */
  clear(): void {
    this.unfinished.clear();
    this.#versions.clear();
    this.#seen.clear();
    this.failure = null;
  }

  /** Every version about a slice or its series, oldest first. */
  of(slice: SliceHandle): readonly Reading[] {
    return this.#versions.get(slice) ?? [];
  }

  /** What this reader says of a slice, or of its series, as it stands; null where nothing does. */
  mine(slice: SliceHandle, scope: ReadingScope): Reading | null {
    const { readerName } = this.#preferences.current;
    const isMine = (one: Reading) => one.isCurrent && one.scope === scope && one.reader === readerName;
    return this.of(slice).find(isMine) ?? null;
  }

  /** True while answer, heatmap and colours of a slice are kept from a blinded reader. */
  isHidden(slice: SliceHandle): boolean {
    if (!this.#preferences.current.isReadingBlinded || this.#seen.has(slice)) return false;
    const { readerName } = this.#preferences.current;
    return !this.of(slice).some(
      (one) => one.reader === readerName && (one.revealedAt !== null || !one.isBlinded),
    );
  }

  /** The answer of a slice is on the screen. */
  markSeen(slice: SliceHandle): void {
    this.#seen.add(slice);
  }

  /** Fetches the readings of a slice that are not here yet. */
  async want(slice: SliceHandle): Promise<void> {
    if (!this.#versions.has(slice)) await this.#fetch(slice).catch(() => undefined);
  }

  /**
   * Stores a reading, and then shows a blinded reader the answers that it was about.
   *
   * @param series - the slices of the series, for a reading about all of them
   * @returns whether it was stored
   */
  async record(slice: SliceHandle, draft: ReadingDraft, series: readonly SliceHandle[]): Promise<boolean> {
    const isBlinded = this.isHidden(slice);
    return this.#save(async () => {
      await this.#main.call('recordReading', { ...draft, slice, isBlinded });
      if (isBlinded) await this.#reveal(slice, draft.scope, series);
      await this.#fetch(slice);
    });
  }

  /** Says yes or no to a stored answer. */
  async judge(slice: SliceHandle, analysis: string, verdict: Agreement): Promise<boolean> {
    return this.#save(async () => {
      await this.#main.call('judgeAnalysis', { analysis, verdict });
      await this.#fetch(slice);
    });
  }

  /** Takes back the newest version: what it corrected stands again, or nothing does. */
  async undo(slice: SliceHandle, reading: Reading): Promise<boolean> {
    return this.#save(async () => {
      await this.#main.call('withdrawReading', { reading: reading.id });
      await this.#fetch(slice);
    });
  }

  /** Shows a blinded reader an answer that was not read before; the record says so. */
  async reveal(slice: SliceHandle): Promise<boolean> {
    return this.#save(async () => {
      await this.#reveal(slice, 'slice', []);
      await this.#fetch(slice);
    });
  }

  async #reveal(slice: SliceHandle, scope: ReadingScope, series: readonly SliceHandle[]): Promise<void> {
    await this.#main.call('revealAnswers', { scope, slice });
    for (const seen of scope === 'series' ? series : [slice]) this.#seen.add(seen);
  }

  async #fetch(slice: SliceHandle): Promise<void> {
    this.#versions.set(slice, (await this.#main.call('listReadings', { slice })).readings);
  }

  /** One at a time; what fails says why and leaves what was stored. */
  async #save(store: () => Promise<void>): Promise<boolean> {
    if (this.isSaving) return false;
    this.isSaving = true;
    this.failure = null;
    try {
      await store();
      return true;
    } catch (error) {
      this.failure = toFailure(error);
      return false;
    } finally {
      this.isSaving = false;
    }
  }
}
