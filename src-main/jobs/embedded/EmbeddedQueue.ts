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

  isOurTurn(): Promise<boolean> {
    return Promise.resolve(true);
  }

  offer(): Promise<void> {
    return Promise.resolve();
  }

  async work(carryOut: (chunk: string) => Promise<ChunkEnd>, until: AbortSignal): Promise<void> {
    const inHand = new Set<string>();
    /** Chunks that their worker wants to see later, and from when on. */
    const later = new Map<string, number>();
    const takeTurns = async (): Promise<void> => {
      while (!until.aborted) {
        const chunks = await this.#store.nextWaiting(chunksAtOnce + later.size);
        const next = chunks.find(({ id }) => !inHand.has(id) && (later.get(id) ?? 0) <= Date.now());
        if (next === undefined) {
          await wait(pollMs, undefined, { signal: until }).catch(() => undefined);
          continue;
        }
        inHand.add(next.id);
        later.delete(next.id);
        const end = await carryOut(next.id).finally(() => inHand.delete(next.id));
        if (end.kind === 'again') later.set(next.id, Date.now() + end.afterMs);
      }
    };
    await Promise.all(Array.from({ length: chunksAtOnce }, takeTurns));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
