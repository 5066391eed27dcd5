import type { CaseStatistics } from '../../../src-shared/domain/caseStatistics.ts';
import { toFailure, type Failure } from '../../../src-shared/errors.ts';
import type { MainSide } from '../../bridge/MainSide.ts';

/** Counting everything takes a moment; a running analysis is followed at this pace. */
const refreshMs = 2000;

/** What the whole store amounts to, and whose readings are compared with what. */
export class Statistics {
  /** Stays on the screen until newer ones are here. */
  current = $state.raw<CaseStatistics | null>(null);
  failure = $state.raw<Failure | null>(null);
  isBlindedOnly = $state(false);
  reader = $state<string | null>(null);
  model = $state<string | null>(null);
  readonly #main: MainSide;
  #generation = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(main: MainSide) {
    this.#main = main;
  }

  /** Counts now. */
  async load(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const generation = ++this.#generation;
    const { isBlindedOnly, reader, model } = this;
    try {
      const statistics = await this.#main.call('readStatistics', { isBlindedOnly, reader, model });
      if (generation !== this.#generation) return;
      this.current = statistics;
      this.failure = null;
    } catch (error) {
      if (generation === this.#generation) this.failure = toFailure(error);
    }
  }

  refreshSoon(): void {
    this.#timer ??= setTimeout(() => void this.load(), refreshMs);
  }
}
