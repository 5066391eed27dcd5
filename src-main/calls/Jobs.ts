import { randomUUID } from 'node:crypto';
import type { JobStarted } from '../../src-shared/contract/calls.ts';
import type { HostEvent, JobName, JobResults } from '../../src-shared/contract/events.ts';
import type { Outcome } from '../../src-shared/errors.ts';
import { reportFailure } from './reportFailure.ts';

/** What a running job may do: report, and notice that it was cancelled. */
export interface JobContext {
  job: string;
  signal: AbortSignal;
  progress: (done: number, total: number | null) => void;
}

const progressIntervalMs = 50;

/** Long work: an identifier at once, progress and the result as events, cancellable at any moment. */
export class Jobs {
  readonly #emit: (event: HostEvent) => void;
  readonly #running = new Map<string, { cancel: AbortController; ended: Promise<void> }>();

  constructor(emit: (event: HostEvent) => void) {
    this.#emit = emit;
  }

  /** Starts `run` after the caller had the chance to hear the job's name. */
  start<Name extends JobName>(run: (context: JobContext) => Promise<JobResults[Name]>): JobStarted {
    const job = randomUUID();
    const cancel = new AbortController();
    const context: JobContext = { job, signal: cancel.signal, progress: this.#throttledProgress(job) };
    const ended = new Promise<void>((resolve) => setImmediate(resolve))
      .then(() => outcomeOf(() => run(context)))
      .then((outcome) => {
        this.#running.delete(job);
        this.#emit({ name: 'jobEnded', payload: { job, outcome } });
      });
    this.#running.set(job, { cancel, ended });
    return { job };
  }

  /** Asks a job to stop; it ends with the error 'cancelled'. */
  cancel(job: string): { wasRunning: boolean } {
    const running = this.#running.get(job);
    running?.cancel.abort();
    return { wasRunning: running !== undefined };
  }

  /** Cancels everything and waits until it has stopped. */
  async close(): Promise<void> {
    const running = [...this.#running.values()];
    for (const { cancel } of running) cancel.abort();
    await Promise.all(running.map(({ ended }) => ended));
  }

  /** At most twenty progress events a second, and always the last one. */
  #throttledProgress(job: string): JobContext['progress'] {
    let lastAt = 0;
    return (done, total) => {
      const now = performance.now();
      if (done !== total && now - lastAt < progressIntervalMs) return;
      lastAt = now;
      this.#emit({ name: 'jobProgressed', payload: { job, done, total } });
    };
  }
}

async function outcomeOf<Value>(run: () => Promise<Value>): Promise<Outcome<Value>> {
  try {
    return { ok: true, value: await run() };
  } catch (error) {
    return { ok: false, error: reportFailure(error) };
  }
}
