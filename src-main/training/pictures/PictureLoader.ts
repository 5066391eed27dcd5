import { Worker } from 'node:worker_threads';
import { UserError } from '../../../src-shared/errors.ts';
import type { LoaderAnswer, LoaderOrder, LoaderSetup, Wanted } from './shares.ts';

/** The thread's entry beside this file: `loader.ts` in the source, `training-loader.js` in a build. */
const loaderEntry = new URL(
  import.meta.url.endsWith('.ts') ? './loader.ts' : './training-loader.js',
  import.meta.url,
);

/** A picture that is wanted; its place in the batch is its place in the list. */
export type Showing = Omit<Wanted, 'place'>;

/**
 * Loads and augments batches on threads of its own, while the engine computes on others.
 *
 * A picture always belongs to the same thread, which keeps it in its part of the memory budget. What comes out
 * depends on the order alone, not on threads, budget or what was asked before.
 */
export class PictureLoader {
  readonly #threads: readonly LoaderThread[];
  readonly #area: number;

  /** @param setup - `cacheBytes` is the budget of all threads together */
  constructor(setup: LoaderSetup, threads: number) {
    const cacheBytes = setup.cacheBytes / threads;
    this.#threads = Array.from({ length: threads }, () => new LoaderThread({ ...setup, cacheBytes }));
    this.#area = setup.rule.architecture.inputSize ** 2;
  }

  /**
   * @returns [picture][row][column], grey 0…255
   * @throws UserError 'file-not-found', 'file-unreadable', 'picture-changed', or what is wrong with a picture
   */
  async load(showings: readonly Showing[]): Promise<Float32Array<SharedArrayBuffer>> {
    const images = new Float32Array(new SharedArrayBuffer(4 * showings.length * this.#area));
    const wanted = showings.map((showing, place): Wanted => ({ ...showing, place }));
    await Promise.all(
      this.#threads.flatMap((thread, index) => {
        const own = wanted.filter(({ picture }) => picture % this.#threads.length === index);
        return own.length === 0 ? [] : thread.load({ wanted: own, images });
      }),
    );
    return images;
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }
}

/** One thread; orders wait for each other in its message queue, and so do their answers. */
class LoaderThread {
  readonly #worker: Worker;
  readonly #waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];
  #end: Error | undefined;

  constructor(setup: LoaderSetup) {
    this.#worker = new Worker(loaderEntry, { workerData: setup });
    this.#worker.on('message', (answer: LoaderAnswer) => {
      const waiting = this.#waiting.shift();
      if (answer.kind === 'done') waiting?.resolve();
      else waiting?.reject(new UserError(answer.error.code, answer.error.detail));
    });
    this.#worker.on('error', (error) =>
      this.#fail(error instanceof Error ? error : new Error(String(error))),
    );
    this.#worker.on('exit', (code) => this.#fail(new Error(`the loader thread ended with ${code}`)));
  }

  load(order: LoaderOrder): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#end) return reject(this.#end);
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(order);
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #fail(error: Error): void {
    this.#end ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}
