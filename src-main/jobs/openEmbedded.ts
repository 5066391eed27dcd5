import type { ChunkQueue } from './ChunkQueue.ts';
import { EmbeddedQueue } from './embedded/EmbeddedQueue.ts';
import { SqliteSql } from './embedded/SqliteSql.ts';
import { ModelShelf } from './ModelShelf.ts';
import { JobStore } from './JobStore.ts';

/** Where jobs are kept and how they travel. */
export interface JobServices {
  store: JobStore;
  queue: ChunkQueue;
  shelf: ModelShelf;
  close: () => Promise<void>;
}

/** The jobs of one machine, in `jobs.db` of a folder. @throws UserError 'store-…', 'disk-full', 'component-missing' */
export async function openEmbedded(folder: string): Promise<JobServices> {
  const sql = await SqliteSql.open(folder);
  const store = new JobStore(sql);
  return { store, queue: new EmbeddedQueue(store), shelf: new ModelShelf(sql), close: () => store.close() };
}
