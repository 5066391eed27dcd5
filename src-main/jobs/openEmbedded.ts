import type { ChunkQueue } from './ChunkQueue.ts';
import { EmbeddedQueue } from './embedded/EmbeddedQueue.ts';
import { SqliteSql } from './embedded/SqliteSql.ts';
import { JobStore } from './JobStore.ts';

/** Where jobs are kept and how they travel. */
export interface JobServices {
  store: JobStore;
  queue: ChunkQueue;
  close: () => Promise<void>;
}

/** The jobs of one machine, in `jobs.db` of a folder. @throws UserError 'store-…', 'disk-full', 'component-missing' */
export async function openEmbedded(folder: string): Promise<JobServices> {
  const store = new JobStore(await SqliteSql.open(folder));
  return { store, queue: new EmbeddedQueue(store), close: () => store.close() };
}
