import { setTimeout as wait } from 'node:timers/promises';
import { chunksAtOnce, type ChunkEnd, type ChunkQueue } from '../ChunkQueue.ts';
import type { JobStore } from '../JobStore.ts';

const pollMs = 100;

/** No queue at all: chunks are taken from the store by the process that submits. */
export class EmbeddedQueue implements ChunkQueue {
  readonly vouchesForLoss = false;
  readonly #store: JobStore;

  constructor(store: JobStore) {
    this.#store = store;
  }

  offer(): Promise<void> {
    return Promise.resolve();
  }

  async work(carryOut: (chunk: string) => Promise<ChunkEnd>, until: AbortSignal): Promise<void> {
    const inHand = new Set<string>();
    const takeTurns = async (): Promise<void> => {
      while (!until.aborted) {
        const chunks = await this.#store.nextWaiting(chunksAtOnce);
        const next = chunks.find(({ id }) => !inHand.has(id));
        if (next === undefined) {
          await wait(pollMs, undefined, { signal: until }).catch(() => undefined);
          continue;
        }
        inHand.add(next.id);
        await carryOut(next.id).finally(() => inHand.delete(next.id));
      }
    };
    await Promise.all(Array.from({ length: chunksAtOnce }, takeTurns));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
