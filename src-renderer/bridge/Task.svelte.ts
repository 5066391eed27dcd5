import type { CallInput } from '../../src-shared/contract/calls.ts';
import type { JobName, JobResults } from '../../src-shared/contract/events.ts';
import { toFailure, type Failure } from '../../src-shared/errors.ts';
import type { JobOptions, MainSide } from './MainSide.ts';

/** Long work that is under way. */
export interface RunningWork {
  /** What it does, in words. */
  label: string;
  done: number;
  /** Null where it is not known yet. */
  total: number | null;
  /** `performance.now()` */
  startedAt: number;
}

/** What a page does on the main side: one long work at a time with its progress, and what went wrong last. */
export class Task {
  running = $state.raw<RunningWork | null>(null);
  failure = $state.raw<Failure | null>(null);
  readonly #main: MainSide;
  #run: AbortController | null = null;

  constructor(main: MainSide) {
    this.#main = main;
  }

  /** Does something, and keeps its failure; a cancellation is none. */
  async try(work: () => Promise<unknown>): Promise<void> {
    try {
      this.failure = null;
      await work();
    } catch (error) {
      this.tell(error);
    }
  }

  /** Keeps a failure of something else; a cancellation is none. */
  tell(error: unknown): void {
    const failure = toFailure(error);
    if (failure.code !== 'cancelled') this.failure = failure;
  }

  /** Does long work, which passes the options on to whatever can be cancelled; nothing while other work runs. */
  async work(label: string, action: (options: JobOptions) => Promise<void>): Promise<void> {
    if (this.#run !== null) return;
    const run = (this.#run = new AbortController());
    const startedAt = performance.now();
    this.running = { label, done: 0, total: null, startedAt };
    const onProgress = (done: number, total: number | null) =>
      (this.running = { label, done, total, startedAt });
    await this.try(() => action({ signal: run.signal, onProgress }));
    this.running = this.#run = null;
  }

  /**
   * Runs a job; does nothing while other work runs.
   *
   * @param take - what to do with its result, before it counts as ended
   */
  run<Name extends JobName>(
    label: string,
    name: Name,
    input: CallInput<Name>,
    take: (result: JobResults[Name]) => Promise<void> | void,
  ): Promise<void> {
    return this.work(label, async (options) => take(await this.#main.runJob(name, input, options)));
  }

  cancel(): void {
    this.#run?.abort();
  }
}
