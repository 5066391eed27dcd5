import { ModelShelf } from '../ModelShelf.ts';
import { JobStore } from '../JobStore.ts';
import type { JobServices } from '../openEmbedded.ts';
import { PostgresSql } from './PostgresSql.ts';
import { RedisQueue } from './RedisQueue.ts';

/** The jobs of a fleet. @throws UserError 'queue-unreachable', 'fleet-store-unreachable' */
export async function openFleet(queueAddress: string, storeAddress: string): Promise<JobServices> {
  const sql = await PostgresSql.open(storeAddress);
  const store = new JobStore(sql);
  let queue: RedisQueue;
  try {
    queue = await RedisQueue.open(queueAddress, store);
  } catch (error) {
    await store.close();
    throw error;
  }
  const close = async (): Promise<void> => {
    await queue.close();
    await store.close();
  };
  return { store, queue, shelf: new ModelShelf(sql), close };
}
