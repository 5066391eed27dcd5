import { describe, expect, it } from 'vitest';
import { LoadCache } from './LoadCache.ts';

function countingCache(limitBytes: number) {
  const loaded: string[] = [];
  const cache = new LoadCache(
    (key) => {
      loaded.push(key);
      return key === 'broken' ? Promise.reject(new Error('broken')) : Promise.resolve(new Uint8Array(10));
    },
    (value) => value.byteLength,
    limitBytes,
  );
  return { cache, loaded };
}

describe('LoadCache', () => {
  it('loads a key once, however many ask at the same time', async () => {
    const { cache, loaded } = countingCache(100);
    const [first, second] = await Promise.all([cache.get('a'), cache.get('a')]);
    expect(first).toBe(second);
    expect(cache.peek('a')).toBe(first);
    expect(loaded).toEqual(['a']);
  });

  it('drops the least recently used when the bytes run over', async () => {
    const { cache } = countingCache(30);
    for (const key of ['a', 'b', 'c']) await cache.get(key);
    cache.peek('a');
    await cache.get('d');
    expect(['a', 'b', 'c', 'd'].filter((key) => cache.peek(key) !== undefined)).toEqual(['a', 'c', 'd']);
  });

  it('keeps the newest value even when it alone is over the limit', async () => {
    const { cache } = countingCache(5);
    await cache.get('a');
    await cache.get('b');
    expect(cache.peek('a')).toBeUndefined();
    expect(cache.peek('b')).toBeDefined();
  });

  it('forgets a load that failed, so that the next one tries again', async () => {
    const { cache, loaded } = countingCache(100);
    await expect(cache.get('broken')).rejects.toThrow('broken');
    await expect(cache.get('broken')).rejects.toThrow('broken');
    expect(loaded).toEqual(['broken', 'broken']);
  });
});
