/** How carrying a chunk out ended: for good, or to be tried again later. */
export type ChunkEnd = { kind: 'settled' } | { kind: 'again'; afterMs: number };

/** The chunks that a worker has in hand at once: while one drains, the next keeps the processors busy. */
export const chunksAtOnce = 2;

/** Carries chunks from those who submit to those who work. What it loses is offered again from the store. */
export interface ChunkQueue {
  /** True where the queue itself finds out that a worker is lost, and gives its chunk to another. */
  readonly vouchesForLoss: boolean;
  /** True for one of all workers at a time, about every two seconds: it looks after what concerns them all. */
  isOurTurn(): Promise<boolean>;
  /** Makes the most urgent waiting chunks known, as many as workers can need before the next offer. */
  offer(): Promise<void>;
  /** Hands chunks out until the signal is aborted, and then waits for those in hand. */
  work(carryOut: (chunk: string) => Promise<ChunkEnd>, until: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
