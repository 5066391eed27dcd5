import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { trainingChunkPrefix, trainingSet } from '../../../src-shared/domain/jobs.ts';
import { UserError } from '../../../src-shared/errors.ts';
import type { ChunkEnd } from '../../jobs/ChunkQueue.ts';
import type { ClaimedChunk } from '../../jobs/JobStore.ts';
import type { JobServices } from '../../jobs/openEmbedded.ts';
import type { Engine } from '../openEngine.ts';
import { reportFailure } from '../reportFailure.ts';
import type { FetchedModels } from './FetchedModels.ts';
import { carryOutTraining } from './carryOutTraining.ts';
import { carryOutChunk, type ChunkReport } from './carryOutChunk.ts';

/** How often a worker that has chunks in hand says that it lives, and hears of what was cancelled. */
const heartbeatMs = 2_000;

/** One that has none could lose none: it says so at every third time only, still twice within its lease. */
const idleHeartbeatMs = 3 * heartbeatMs;

/** A worker that is at a run looks at the next one so much later; others may have taken it by then. */
const trainingPauseMs = 3_000;

/** Who wants to know what a worker does. */
export interface WorkerListener {
  onChunk?(chunk: ClaimedChunk, report: ChunkReport): void;
  /** A service is out of reach; the worker waits and goes on. */
  onProblem?(error: UserError): void;
}

/**
 * Takes chunks and carries them out until it is told to stop. It tells every two seconds that it lives (every six
 * where it has nothing to do); chunks of workers that were not heard of for a quarter of a minute go to others.
 */
export class JobWorker {
  readonly id = `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;
  readonly #services: JobServices;
  readonly #engine: Engine;
  readonly #listener: WorkerListener;
  readonly #fetched: FetchedModels | null;
  readonly #startedAt = Date.now();
  readonly #inHand = new Map<string, AbortController>();
  /** Of these, the ones that the store says are ours. */
  readonly #claimed = new Set<string>();
  /** Resolves when the last chunk that was taken has no pictures left to open. */
  #fed: Promise<void> = Promise.resolve();
  #lastSignAt = -Infinity;
  /** One run at a time: it wants the whole machine. */
  #isTraining = false;

  /** @param fetched - models of submissions that the engine does not have; null: their chunks wait for another worker */
  constructor(
    services: JobServices,
    engine: Engine,
    listener: WorkerListener = {},
    fetched: FetchedModels | null = null,
  ) {
    this.#services = services;
    this.#engine = engine;
    this.#listener = listener;
    this.#fetched = fetched;
  }

  /**
   * @param until - aborted: take nothing more, and finish what is in hand
   * @param abandon - aborted: put back what is in hand
   * @throws UserError 'store-…', 'queue-unreachable', 'fleet-store-unreachable' when it cannot start
   */
  async work(until: AbortSignal, abandon: AbortSignal): Promise<void> {
    const { store, queue } = this.#services;
    // Without a queue all workers of a store are processes of this machine.
    if (!queue.vouchesForLoss) await store.dismissGone(hostname(), isGone);
    await this.#beat();
    let underWay: Promise<void> | null = null;
    const beating = setInterval(() => {
      underWay ??= this.#beat()
        .catch(this.#tell)
        .finally(() => (underWay = null));
    }, heartbeatMs);
    try {
      await queue.work(
        (chunk) =>
          chunk.startsWith(trainingChunkPrefix) ? this.#train(chunk, until) : this.#takeTurn(chunk, abandon),
        until,
      );
    } finally {
      clearInterval(beating);
    }
    // A sign of life that comes after the farewell would leave a worker behind that is none.
    await (underWay as Promise<void> | null);
    await store.dismiss(this.id);
  }

  /** A run takes hours, so it ends at its next checkpoint where chunks of pictures are finished. */
  async #train(id: string, until: AbortSignal): Promise<ChunkEnd> {
    if (this.#isTraining) return { kind: 'again', afterMs: trainingPauseMs };
    this.#isTraining = true;
    try {
      return await this.#carryOut(id, until, () => undefined);
    } finally {
      this.#isTraining = false;
    }
  }

  /**
   * Chunks are opened one after another: while the last pictures of one are at the models, the next is claimed and begins.
   * Two that went on side by side would hold twice the pictures, and be lost together with their worker.
   */
  async #takeTurn(id: string, abandon: AbortSignal): Promise<ChunkEnd> {
    const [before, own] = [this.#fed, Promise.withResolvers<void>()];
    this.#fed = own.promise;
    await before;
    return this.#carryOut(id, abandon, own.resolve).finally(own.resolve);
  }

  /** @param onFed - called when the next chunk may begin; perhaps not at all where this one fails */
  async #carryOut(id: string, abandon: AbortSignal, onFed: () => void): Promise<ChunkEnd> {
    const { store, queue } = this.#services;
    const controller = new AbortController();
    const stop = (): void => controller.abort();
    if (abandon.aborted) stop();
    abandon.addEventListener('abort', stop, { once: true });
    this.#inHand.set(id, controller);
    try {
      const chunk = await store.claim(id, this.id, queue.vouchesForLoss);
      if (chunk === null) return { kind: 'settled' };
      this.#claimed.add(id);
      const models = { engine: this.#engine, fetched: this.#fetched };
      const report =
        chunk.modelSet === trainingSet
          ? await carryOutTraining(chunk, store, controller.signal)
          : await carryOutChunk(chunk, store, models, { signal: controller.signal, onFed });
      this.#listener.onChunk?.(chunk, report);
      return report.end;
    } finally {
      abandon.removeEventListener('abort', stop);
      this.#claimed.delete(id);
      this.#inHand.delete(id);
    }
  }

  async #beat(): Promise<void> {
    const { store, queue } = this.#services;
    const isDue = performance.now() - this.#lastSignAt > idleHeartbeatMs - heartbeatMs / 2;
    if (isDue || this.#inHand.size > 0) await this.#giveSign();
    if (!(await queue.isOurTurn())) return;
    await store.recover();
    await queue.offer();
  }

  async #giveSign(): Promise<void> {
    const { store } = this.#services;
    const at = performance.now();
    const known = [...this.#claimed];
    const residentMb = process.memoryUsage.rss() / 2 ** 20;
    const sign = { id: this.id, host: hostname(), pid: process.pid, startedAt: this.#startedAt, residentMb };
    const own = new Set(await store.heartbeat(sign));
    for (const id of known) if (!own.has(id)) this.#inHand.get(id)?.abort();
    // What was in hand when the store was lost for long.
    for (const id of own) if (!this.#inHand.has(id)) await store.giveBack(id, this.id, 0);
    this.#lastSignAt = at;
  }

  readonly #tell = (error: unknown): void => {
    if (error instanceof UserError) this.#listener.onProblem?.(error);
    else reportFailure(error);
  };
}

/** Signal 0 is not sent; the attempt tells whether there is a process. */
function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
