import { expect, test } from 'vitest';
import { inventPictures } from '../../../tests/fixtures/smallModel.ts';
import { PictureCache } from './PictureCache.ts';

const size = 16;
/** Two bytes a grey level. */
const pictureBytes = 2 * size * size;
const pictures = Array.from({ length: 8 }, (_, k) => inventPictures(1, size, k));

/** Asks for a picture and counts how often it had to be read. */
function cacheOf(bytes: number) {
  const cache = new PictureCache(bytes);
  const reads = pictures.map(() => 0);
  const get = (key: number) =>
    cache.get(key, size, () => {
      reads[key]!++;
      return Promise.resolve(pictures[key]!.slice());
    });
  return { cache, reads, get };
}

test('keeps what fits the budget and no more, however many pictures pass', async () => {
  const { cache, reads, get } = cacheOf(3.5 * pictureBytes);
  for (let epoch = 0; epoch < 3; epoch++) for (const key of pictures.keys()) await get(key);
  expect(cache.size).toBe(3);
  expect(reads).toEqual([1, 1, 1, 3, 3, 3, 3, 3]);
});

test('a hundred thousand pictures cost no more than the budget', async () => {
  const cache = new PictureCache(1 << 20);
  const grey = new Float32Array(size * size).fill(7);
  for (let key = 0; key < 100_000; key++) await cache.get(key, size, () => Promise.resolve(grey));
  expect(cache.size).toBe((1 << 20) / pictureBytes);
});

test('whether a picture is kept or not, it is the same to the last bit, and near what was read', async () => {
  const [kept, unkept] = [cacheOf(pictureBytes), cacheOf(0)];
  const first = await kept.get(0);
  for (const again of [await kept.get(0), await unkept.get(0), await unkept.get(0)])
    expect(again).toEqual(first);
  expect([kept.reads[0], unkept.reads[0]]).toEqual([1, 2]);
  expect(first).toMatchObject({ rows: size, columns: size });
  first.values.forEach((grey, i) => expect(Math.abs(grey - pictures[0]![i]!)).toBeLessThanOrEqual(1 / 512));
});

test('black and white stay black and white', async () => {
  const { values } = await new PictureCache(0).get(0, 1, () => Promise.resolve(Float32Array.of(0, 255)));
  expect([...values]).toEqual([0, 255]);
});

test('who changes a picture does not change the kept one', async () => {
  const { get } = cacheOf(pictureBytes);
  const before = (await get(0)).values.slice();
  (await get(0)).values.fill(1);
  expect((await get(0)).values).toEqual(before);
});

test('a failed read is not kept', async () => {
  const cache = new PictureCache(pictureBytes);
  await expect(cache.get(0, size, () => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
  await cache.get(0, size, () => Promise.resolve(pictures[0]!.slice()));
  expect(cache.size).toBe(1);
});
