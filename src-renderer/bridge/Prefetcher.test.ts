import { expect, test } from 'vitest';
import { Prefetcher } from './Prefetcher.ts';

/** A load that ends when told to. */
function heldLoads() {
  const started: string[] = [];
  const ends = new Map<string, (isLoaded: boolean) => void>();
  const load = (key: string) =>
    new Promise<void>((resolve, reject) => {
      started.push(key);
      ends.set(key, (isLoaded) => (isLoaded ? resolve() : reject(new Error(key))));
    });
  const end = async (key: string, isLoaded = true) => {
    ends.get(key)?.(isLoaded);
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { started, load, end };
}

test('loads in order, so many at once, and past a failure', async () => {
  const { started, load, end } = heldLoads();
  new Prefetcher(load, 2).want(['a', 'b', 'c', 'd']);
  expect(started).toEqual(['a', 'b']);
  await end('b', false);
  expect(started).toEqual(['a', 'b', 'c']);
  await end('a');
  expect(started).toEqual(['a', 'b', 'c', 'd']);
});

test('forgets what was wished for earlier and has not begun', async () => {
  const { started, load, end } = heldLoads();
  const prefetcher = new Prefetcher(load, 1);
  prefetcher.want(['a', 'b', 'c']);
  prefetcher.want(['x', 'y']);
  await end('a');
  await end('x');
  expect(started).toEqual(['a', 'x', 'y']);
});
