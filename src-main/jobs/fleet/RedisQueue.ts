import { setTimeout as wait } from 'node:timers/promises';
import { DelayedError, Queue, Worker, type Job } from 'bullmq';
import { Redis } from 'ioredis';
import { priorities } from '../../../src-shared/domain/jobs.ts';
import { UserError } from '../../../src-shared/errors.ts';
import { chunksAtOnce, type ChunkEnd, type ChunkQueue } from '../ChunkQueue.ts';
import type { JobStore } from '../JobStore.ts';

const queueName = 'bratum-chunks';

/**
 * Chunks that lie in Redis at most: enough for a hundred workers between two offers, and never the ten million slices of
 * a submission, which stay in the store. That is the back-pressure.
 */
const offered = { least: 500, most: 1_000 };

/** An offer waits so long for a queue that is away; the next heartbeat offers again. */
const offerPatienceMs = 2_000;

/** Who takes a turn keeps the others from it for so long: a little less than the time between two heartbeats. */
const turn = { key: 'bratum-turn', ms: 1_500 } as const;

/** A worker that does not renew its lock for so long has lost the chunk. */
const lockMs = 15_000;

/** How often somebody looks for lost locks. */
const stalledCheckMs = 5_000;

/**
 * BullMQ over Redis: carries the names of chunks to workers at once, the urgent first, each to one, and takes them from
 * workers that are lost. It holds nothing that the store does not know, so a Redis that loses everything costs time only.
 */
export class RedisQueue implements ChunkQueue {
  readonly vouchesForLoss = true;
  readonly #store: JobStore;
  readonly #address: string;
  readonly #connection: Redis;
  readonly #queue: Queue;
  #offering: Promise<void> | null = null;

  private constructor(address: string, store: JobStore) {
    this.#store = store;
    this.#address = address;
    this.#connection = connectTo(address);
    this.#queue = new Queue(queueName, { connection: this.#connection });
    this.#queue.on('error', () => undefined);
  }

  /** @throws UserError 'queue-unreachable' */
  static async open(address: string, store: JobStore): Promise<RedisQueue> {
    const probe = new Redis(address, { lazyConnect: true, connectTimeout: 5_000, retryStrategy: () => null });
    probe.on('error', () => undefined);
    try {
      await probe.connect();
      await probe.ping();
    } catch (error) {
      throw new UserError('queue-unreachable', {}, { cause: error });
    } finally {
      probe.disconnect();
    }
    return new RedisQueue(address, store);
  }

  async isOurTurn(): Promise<boolean> {
    // A Redis that is away gives nobody a turn; what waits could not be handed out either.
    const taken = this.#connection.set(turn.key, process.pid, 'PX', turn.ms, 'NX').catch(() => null);
    const patience = wait(offerPatienceMs, null, { ref: false });
    return (await Promise.race([taken, patience])) === 'OK';
  }

  async offer(): Promise<void> {
    // One at a time; one that hangs with its Redis goes on when that is back.
    this.#offering ??= this.#offerWaiting().finally(() => (this.#offering = null));
    const done = this.#offering.catch(() => undefined);
    await Promise.race([done, wait(offerPatienceMs, undefined, { ref: false })]);
  }

  async work(carryOut: (chunk: string) => Promise<ChunkEnd>, until: AbortSignal): Promise<void> {
    const connection = connectTo(this.#address);
    const worker = new Worker(
      queueName,
      async (job: Job, token?: string) => {
        const end = await carryOut(String(job.id));
        if (end.kind === 'settled') return;
        await job.moveToDelayed(Date.now() + end.afterMs, token);
        throw new DelayedError();
      },
      {
        ...{ connection, concurrency: chunksAtOnce, lockDuration: lockMs, stalledInterval: stalledCheckMs },
        // The store counts attempts.
        maxStalledCount: Number.MAX_SAFE_INTEGER,
        removeOnComplete: { count: 0 },
        removeOnFail: { count: 0 },
      },
    );
    worker.on('error', () => undefined);
    if (!until.aborted)
      await new Promise<void>((resolve) => until.addEventListener('abort', () => resolve(), { once: true }));
    await worker.close();
    connection.disconnect();
  }

  async close(): Promise<void> {
    if (this.#connection.status === 'ready') await this.#queue.close();
    this.#connection.disconnect();
  }

  async #offerWaiting(): Promise<void> {
    const counts = await this.#queue.getJobCounts('waiting', 'prioritized');
    const there = Object.values(counts).reduce((sum, count) => sum + count, 0);
    if (there >= offered.least) return;
    const chunks = await this.#store.nextWaiting(offered.most);
    // One that lies in the queue already is not added again: its name is the job's.
    await this.#queue.addBulk(
      chunks.map(({ id, priority }) => ({
        name: 'chunk',
        data: {},
        opts: {
          jobId: id,
          priority: 1 + priorities.most - priority,
          removeOnComplete: true,
          removeOnFail: true,
        },
      })),
    );
  }
}

/** BullMQ asks for connections that wait as long as it takes. */
function connectTo(address: string): Redis {
  const connection = new Redis(address, {
    maxRetriesPerRequest: null,
    retryStrategy: (attempt) => Math.min(1_000, 50 * attempt),
  });
  connection.on('error', () => undefined);
  return connection;
}
