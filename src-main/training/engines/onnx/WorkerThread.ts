import { Worker } from 'node:worker_threads';
import { refuseTelemetry } from '../../../runtime/refuseTelemetry.ts';
import type { WorkerAnswer, WorkerOrder, WorkerSetup } from './shares.ts';

/** The thread's entry beside this file: `worker.ts` in the source, `training-worker.js` in a build. */
const workerEntry = new URL(
  import.meta.url.endsWith('.ts') ? './worker.ts' : './training-worker.js',
  import.meta.url,
);

interface Waiting {
  resolve: (loss: number) => void;
  reject: (error: Error) => void;
}

/** One worker thread and its orders, one at a time. */
export class WorkerThread {
  readonly #worker: Worker;
  #waiting: Waiting | undefined;
  #end: Error | undefined;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (answer: WorkerAnswer) => this.#settle(answer));
    worker.on('error', (error) => this.#fail(error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', (code) => this.#fail(new Error(`the training thread ended with ${code}`)));
  }

  /** Starts a thread and waits until its graphs are loaded. */
  static async start(setup: WorkerSetup): Promise<WorkerThread> {
    refuseTelemetry();
    const thread = new WorkerThread(new Worker(workerEntry, { workerData: setup }));
    await thread.#answer();
    return thread;
  }

  /** @returns the sum of the losses that the worker found @throws Error when the worker failed or died */
  run(order: WorkerOrder): Promise<number> {
    if (this.#waiting) throw new Error('the training thread is busy');
    const answer = this.#answer();
    this.#worker.postMessage(order);
    return answer;
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  #answer(): Promise<number> {
    return new Promise((resolve, reject) => {
      if (this.#end) reject(this.#end);
      else this.#waiting = { resolve, reject };
    });
  }

  #settle(answer: WorkerAnswer): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (answer.kind === 'failed') waiting?.reject(new Error(answer.reason));
    else waiting?.resolve(answer.kind === 'done' ? answer.loss : 0);
  }

  #fail(error: Error): void {
    this.#end ??= error;
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }
}
