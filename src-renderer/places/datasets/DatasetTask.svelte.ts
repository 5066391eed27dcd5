import type { CallInput } from '../../../src-shared/contract/calls.ts';
import type { JobName, JobResults } from '../../../src-shared/contract/events.ts';
import { toFailure, type Failure } from '../../../src-shared/errors.ts';
import type { MainSide } from '../../bridge/MainSide.ts';

/** What a tab does on the main side: one job at a time with its progress, and what went wrong last. */
export class DatasetTask {
  running = $state.raw<{ done: number; total: number | null } | null>(null);
  failure = $state.raw<Failure | null>(null);
  readonly #main: MainSide;
  #run: AbortController | null = null;

  constructor(main: MainSide) {
    this.#main = main;
  }

  /** Does something, and keeps its failure; a cancellation is none. */
  async try(work: () => Promise<void>): Promise<void> {
    try {
      this.failure = null;
      await work();
    } catch (error) {
      const failure = toFailure(error);
      if (failure.code !== 'cancelled') this.failure = failure;
    }
  }

  /**
   * Runs a job; does nothing while another one runs.
   *
   * @param take - what to do with its result, before it counts as ended
   */
  async run<Name extends JobName>(
    name: Name,
    input: CallInput<Name>,
    take: (result: JobResults[Name]) => Promise<void> | void,
  ): Promise<void> {
    if (this.#run !== null) return;
    const run = (this.#run = new AbortController());
    this.running = { done: 0, total: null };
    await this.try(async () => {
      const onProgress = (done: number, total: number | null) => (this.running = { done, total });
      await take(await this.#main.runJob(name, input, { signal: run.signal, onProgress }));
    });
    this.running = this.#run = null;
  }

  cancel(): void {
    this.#run?.abort();
  }
}
