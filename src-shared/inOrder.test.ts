import { describe, expect, it } from 'vitest';
import { inBatches, mapInOrder } from './inOrder.ts';

async function* count(to: number): AsyncGenerator<number> {
  for (let n = 0; n < to; n++) yield await Promise.resolve(n);
}

const collect = async <Item>(source: AsyncIterable<Item>): Promise<Item[]> => {
  const items: Item[] = [];
  for await (const item of source) items.push(item);
  return items;
};

describe('mapInOrder', () => {
  it('keeps the order when later items finish first, and never runs more than it may', async () => {
    let running = 0;
    let most = 0;
    const slowFirst = async (n: number) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 20 - n * 2));
      running--;
      return n * n;
    };
    expect(await collect(mapInOrder(count(10), 3, slowFirst))).toEqual([0, 1, 4, 9, 16, 25, 36, 49, 64, 81]);
    expect(most).toBe(3);
  });

  it('passes a failure on, also one that comes while the source is slow', async () => {
    async function* slowly(): AsyncGenerator<number> {
      for await (const n of count(9)) {
        yield n;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
    const fails = (n: number) => (n >= 2 ? Promise.reject(new Error(`item ${n}`)) : Promise.resolve(n));
    await expect(collect(mapInOrder(slowly(), 4, fails))).rejects.toThrow('item 2');
  });
});

describe('inBatches', () => {
  it('grows from small to large and loses nothing', async () => {
    const batches = await collect(inBatches(count(50), { first: 1, growth: 4, largest: 16 }));
    expect(batches.map((batch) => batch.length)).toEqual([1, 4, 16, 16, 13]);
    expect(batches.flat()).toEqual([...Array(50).keys()]);
  });
});
