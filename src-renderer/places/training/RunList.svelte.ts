import type { RunSummary } from '../../../src-shared/domain/trainingQueue.ts';
import { toFailure, type Failure } from '../../../src-shared/errors.ts';
import type { CallInput } from '../../../src-shared/contract/calls.ts';
import type { MainSide } from '../../bridge/MainSide.ts';

/** Where the run at work stands, between two epochs. */
export interface StepProgress {
  run: string;
  epoch: number;
  batch: number;
  batches: number;
  loss: number;
  remainingMs: number;
}

/** What can be done with a run. */
export type RunDeed = 'pauseRun' | 'resumeRun' | 'finishRunEarly' | 'cancelRun' | 'removeRun';

/** A run that has just ended, for a word about it wherever the person is. */
export interface RunNews {
  run: RunSummary;
  text: string;
}

const newsOf: Partial<Record<RunSummary['state'], (title: string) => string>> = {
  finished: (title) => `Training finished: ${title}`,
  failed: (title) => `Training failed: ${title}`,
  interrupted: (title) => `Training stopped: ${title} can be resumed`,
};

/** All runs, kept up to date while the application is open. */
export class RunList {
  runs = $state.raw<readonly RunSummary[] | null>(null);
  isHeld = $state(false);
  step = $state.raw<StepProgress | null>(null);
  failure = $state.raw<Failure | null>(null);
  news = $state.raw<RunNews | null>(null);
  readonly #main: MainSide;
  #isLoading = false;
  #mustReload = false;

  constructor(main: MainSide) {
    this.#main = main;
    main.on('runsChanged', () => void this.load());
    main.on('runStepped', (step) => (this.step = step));
  }

  get atWork(): RunSummary | null {
    return this.runs?.find(({ state }) => state === 'running' || state === 'paused') ?? null;
  }

  get waiting(): readonly RunSummary[] {
    return this.runs?.filter(({ state }) => state === 'queued') ?? [];
  }

  /** Reads the list; changes meanwhile are read once it is here. */
  async load(): Promise<void> {
    this.#mustReload = true;
    if (this.#isLoading) return;
    this.#isLoading = true;
    try {
      while (this.#mustReload) {
        this.#mustReload = false;
        const { runs, isHeld } = await this.#main.call('listRuns', {});
        this.#tellEnds(runs);
        this.runs = runs;
        this.isHeld = isHeld;
        if (this.atWork?.id !== this.step?.run) this.step = null;
        this.failure = null;
      }
    } catch (error) {
      this.failure = toFailure(error);
    } finally {
      this.#isLoading = false;
    }
  }

  do(deed: RunDeed, run: string): Promise<void> {
    return this.#change(deed, { run });
  }

  rename(run: string, title: string): Promise<void> {
    return this.#change('renameRun', { run, title });
  }

  hold(isHeld: boolean): Promise<void> {
    return this.#change('holdQueue', { isHeld });
  }

  /** Moves a waiting run one place towards the queue's front or end. */
  async move(run: string, direction: -1 | 1): Promise<void> {
    const ids = this.waiting.map(({ id }) => id);
    const place = ids.indexOf(run) + direction;
    if (place < 0 || place >= ids.length) return;
    const others = ids.filter((id) => id !== run);
    await this.#change('moveRun', { run, before: others[place] ?? null });
  }

  async #change<Name extends RunDeed | 'renameRun' | 'holdQueue' | 'moveRun'>(
    name: Name,
    input: CallInput<Name>,
  ): Promise<void> {
    try {
      await this.#main.call(name, input);
      this.failure = null;
      await this.load();
    } catch (error) {
      this.failure = toFailure(error);
    }
  }

  #tellEnds(runs: readonly RunSummary[]): void {
    for (const run of runs) {
      const before = this.runs?.find(({ id }) => id === run.id);
      const wasAtWork = before?.state === 'running' || before?.state === 'paused';
      const words = wasAtWork ? newsOf[run.state] : undefined;
      if (words) this.news = { run, text: words(run.title) };
    }
  }
}
