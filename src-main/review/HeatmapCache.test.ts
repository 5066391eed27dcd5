import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HeatmapCache, type KeptMap, type MapKey } from './HeatmapCache.ts';

let folder: string;
let cache: HeatmapCache;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-heatmaps-'));
  cache = await HeatmapCache.open(folder, 3);
});

afterEach(async () => {
  cache.close();
  await rm(folder, { recursive: true });
});

const key: MapKey = {
  picture: 'p'.repeat(64),
  modelFingerprint: 'f'.repeat(64),
  method: 'layer-cam@14',
  class: 'predicted',
};

const map = (first: number): KeptMap => ({
  class: 'glioma_tumor',
  logits: Float32Array.of(first, -1, 0.5, 2),
  rows: 2,
  columns: 3,
  values: Float32Array.of(0, 0.25, 1e-7, 3, 0, 9),
});

async function blobFiles(): Promise<string[]> {
  const names = await readdir(join(folder, 'heatmaps'), { recursive: true });
  return names.filter((name) => /[0-9a-f]{64}$/.test(name));
}

test('a map comes back to the bit, also after the database was closed, and for its key alone', async () => {
  expect(await cache.read(key)).toBeNull();
  await cache.write(key, map(1));
  cache.close();
  cache = await HeatmapCache.open(folder, 3);
  expect(await cache.read(key)).toEqual(map(1));
  for (const other of [
    { picture: 'q'.repeat(64) },
    { modelFingerprint: 'e'.repeat(64) },
    { method: 'layer-cam@28' },
    { class: 'glioma_tumor' as const },
  ])
    expect(await cache.read({ ...key, ...other })).toBeNull();
});

test('the oldest go when there are too many, their values too unless another map has the same', async () => {
  const keyOf = (number: number): MapKey => ({ ...key, picture: String(number) });
  await cache.write(keyOf(0), map(0));
  await cache.write(keyOf(1), map(1));
  await cache.write(keyOf(2), map(1));
  await cache.write(keyOf(3), map(3));
  expect(await cache.read(keyOf(0))).toBeNull();
  expect(await blobFiles()).toHaveLength(2);
  await cache.write(keyOf(4), map(4));
  expect(await cache.read(keyOf(1))).toBeNull();
  expect(await cache.read(keyOf(2))).toEqual(map(1));
  expect(await blobFiles()).toHaveLength(3);
});

test('values that are damaged or gone count as not kept, and may be kept again', async () => {
  await cache.write(key, map(1));
  const [file] = await blobFiles();
  await writeFile(join(folder, 'heatmaps', file!), 'no map');
  expect(await cache.read(key)).toBeNull();
  await cache.write(key, map(1));
  expect(await cache.read(key)).toEqual(map(1));
  await rm(join(folder, 'heatmaps', file!));
  expect(await cache.read(key)).toBeNull();
});
