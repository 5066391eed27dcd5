import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { augmentationPresets } from '../../../src-shared/imaging/augmentation/augmentationPresets.ts';
import { writeInventedDataset } from '../../../tests/fixtures/writeInventedDataset.ts';
import { filesUnder } from '../../../tests/fixtures/filesUnder.ts';
import { hashContent } from '../../images/hashContent.ts';
import { PictureLoader, type Showing } from './PictureLoader.ts';
import { PictureReader } from './PictureReader.ts';
import type { LoaderSetup, PicturePlace } from './shares.ts';

const inputSize = 32;
const area = inputSize ** 2;
let folder: string;
let setup: LoaderSetup;
const loaders: PictureLoader[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-loader-'));
  await writeInventedDataset(folder, 2);
  const pictures: PicturePlace[] = [];
  for (const path of await filesUnder(folder, '.png'))
    pictures.push({ path, frame: null, hash: hashContent(await readFile(join(folder, path))) });
  setup = {
    folder,
    pictures,
    rule: {
      architecture: { name: 'mobilenet-v2', widthMultiplier: 0.25, inputSize },
      preprocessing: { id: 'head-square', version: 1 },
    },
    augmentation: augmentationPresets.standard,
    seed: 4,
    cacheBytes: 1 << 20,
  };
});

afterEach(async () => {
  await Promise.all(loaders.splice(0).map((loader) => loader.close()));
});

afterAll(() => rm(folder, { recursive: true }));

function open(changes: Partial<LoaderSetup> = {}, threads = 1): PictureLoader {
  const loader = new PictureLoader({ ...setup, ...changes }, threads);
  loaders.push(loader);
  return loader;
}

const showing = { epoch: 2, repetition: 0 };
const showings: Showing[] = [5, 0, 3, 7, 0, 2].map((picture) => ({ picture, showing }));
const plain = (...pictures: number[]): Showing[] => pictures.map((picture) => ({ picture, showing: null }));

test('pictures come in the order of asking', async () => {
  const loader = open({}, 2);
  const [ordered, single] = [await loader.load(plain(3, 6, 1)), await loader.load(plain(6))];
  expect(ordered).toHaveLength(3 * area);
  expect(Float32Array.from(ordered.subarray(area, 2 * area))).toEqual(Float32Array.from(single));
  expect(Math.max(...single)).toBeGreaterThan(200);
});

test('neither threads nor budget nor what was asked before change a picture', async () => {
  const expected = await open().load(showings);
  const machines = [
    { threads: 1, cacheBytes: 0 },
    { threads: 2, cacheBytes: 5 * area },
    { threads: 3, cacheBytes: 1 << 20 },
  ];
  for (const { threads, cacheBytes } of machines) {
    const loader = open({ cacheBytes }, threads);
    const asked = [loader.load(plain(1, 5, 2)), loader.load(showings), loader.load(showings)];
    const [, first, again] = await Promise.all(asked);
    expect(first).toEqual(expected);
    expect(again).toEqual(expected);
  }
});

test('each showing is augmented otherwise: by epoch, repetition, picture and seed', async () => {
  const loader = open();
  const one = async (picture: number, epoch: number, repetition: number) =>
    loader.load([{ picture, showing: { epoch, repetition } }]);
  const base = await one(1, 0, 0);
  const others = [await one(1, 1, 0), await one(1, 0, 1), await one(2, 0, 0), await loader.load(plain(1))];
  others.push(await open({ seed: 5 }).load([{ picture: 1, showing: { epoch: 0, repetition: 0 } }]));
  for (const other of others) expect(other).not.toEqual(base);
  expect(await one(1, 0, 0)).toEqual(base);
});

test('a thread gives what a reader gives', async () => {
  const images = new Float32Array(new SharedArrayBuffer(4 * showings.length * area));
  await new PictureReader(setup).load({ wanted: showings.map((one, place) => ({ ...one, place })), images });
  expect(await open({}, 2).load(showings)).toEqual(images);
});

test('a file that changed, one that is gone, one that is broken: typed, and the others still load', async () => {
  const path = setup.pictures[4]!.path;
  const bytes = await readFile(join(folder, path));
  const loader = open({ cacheBytes: 0 }, 2);
  try {
    await writeFile(join(folder, path), Buffer.concat([bytes, Buffer.of(0)]));
    const name = path.split('/').at(-1);
    await expect(loader.load(plain(0, 4))).rejects.toMatchObject({
      code: 'picture-changed',
      detail: { file: name },
    });
    await rm(join(folder, path));
    await expect(loader.load(plain(4, 1))).rejects.toMatchObject({
      code: 'file-not-found',
      detail: { file: name },
    });
    const broken = Buffer.from('not a picture');
    await writeFile(join(folder, path), broken);
    const pictures = setup.pictures.map((place) =>
      place.path === path ? { ...place, hash: hashContent(broken) } : place,
    );
    await expect(open({ pictures }).load(plain(4))).rejects.toMatchObject({ code: 'image-damaged' });
    expect(await loader.load(plain(1))).toHaveLength(area);
  } finally {
    await writeFile(join(folder, path), bytes);
  }
});

test('a frame that the file does not have is a changed picture', async () => {
  const pictures = setup.pictures.map((place) => ({ ...place, frame: 3 }));
  await expect(open({ pictures }).load(plain(0))).rejects.toMatchObject({ code: 'picture-changed' });
});

test('what is asked of a closed loader fails instead of waiting for ever', async () => {
  const loader = open();
  const asked = loader.load(plain(0));
  const outcome = expect(asked).rejects.toThrow('the loader thread ended');
  await loader.close();
  await outcome;
  await expect(loader.load(plain(0))).rejects.toThrow('the loader thread ended');
});
