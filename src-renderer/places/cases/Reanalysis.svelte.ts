import type { ReanalysisSummary } from '../../../src-shared/domain/cases.ts';
import { toFailure, type Failure } from '../../../src-shared/errors.ts';
import type { MainSide } from '../../bridge/MainSide.ts';
import type { Preferences } from '../../bridge/Preferences.svelte.ts';

/** Another run of a model on a stored case, and what it changed. */
export class Reanalysis {
  /** The case that the rest is about; null before the first run. */
  caseId = $state<string | null>(null);
  progress = $state.raw<{ done: number; total: number | null } | null>(null);
  summary = $state.raw<ReanalysisSummary | null>(null);
  failure = $state.raw<Failure | null>(null);
  readonly #main: MainSide;
  readonly #preferences: Preferences;
  #run: AbortController | null = null;

  constructor(main: MainSide, preferences: Preferences) {
    this.#main = main;
    this.#preferences = preferences;
  }

  /** Runs a model, by name or 'auto', on all of a case. One run at a time. */
  async start(caseId: string, model: string): Promise<void> {
    if (this.#run !== null) return;
    const run = new AbortController();
    this.#run = run;
    this.caseId = caseId;
    this.summary = null;
    this.failure = null;
    this.progress = { done: 0, total: null };
    try {
      this.summary = await this.#main.runJob(
        'reanalyseCase',
        { id: caseId, model, provider: this.#preferences.current.provider },
        { signal: run.signal, onProgress: (done, total) => (this.progress = { done, total }) },
      );
    } catch (error) {
      const failure = toFailure(error);
      if (failure.code !== 'cancelled') this.failure = failure;
    } finally {
      this.#run = null;
      this.progress = null;
    }
  }

  /** Stops the run; answers that it has found already are kept. */
  cancel(): void {
    this.#run?.abort();
  }
}
