import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inventHead } from '../../../tests/fixtures/inventHead.ts';
import { plainPicture, type Slice } from '../../../src-shared/domain/slice.ts';
import { lookHash } from '../../datasets/lookHash.ts';
import { openImageFile } from '../../images/openImageFile.ts';
import { lookAtPictures } from '../run/lookAtPictures.ts';
import { readTrainingImages, trainingImagesText, type TrainingImage } from './TrainingImages.ts';

let folder: string;

beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'bratum-training-images-'))));
afterEach(() => rm(folder, { recursive: true }));

const hashOf = (k: number): string => k.toString(16).padStart(64, '0');
const side = 160;

function headSlice(k: number): Slice {
  const samples = Uint8Array.from(inventHead(k, side));
  return { ...plainPicture, fileName: 'a.png', format: 'png', rows: side, columns: side, samples };
}

async function written(images: readonly TrainingImage[]): Promise<string> {
  const text = trainingImagesText(images);
  await writeFile(join(folder, 'training-images.txt'), text);
  return text;
}

test('what was written is read back: hashes, looks, frames of one file', async () => {
  const [first, second] = [lookHash(headSlice(1)), lookHash(headSlice(2))];
  const text = await written([
    { fileHash: hashOf(2), look: null },
    { fileHash: hashOf(1), look: first },
    { fileHash: hashOf(1), look: second },
    { fileHash: hashOf(1), look: null },
    { fileHash: hashOf(2), look: null },
  ]);
  expect(text.split('\n')).toHaveLength(5);
  expect(text).toMatch(/^# bratum training images 1\n/);
  // Whoever looks for words of 64 hex digits finds files only.
  expect(new Set(text.match(/\b[0-9a-f]{64}\b/g))).toEqual(new Set([hashOf(1), hashOf(2)]));
  const images = await readTrainingImages(folder);
  expect(images.size).toBe(2);
  expect([images.has(hashOf(1)), images.has(hashOf(2)), images.has(hashOf(3))]).toEqual([true, true, false]);
  expect([images.resembles(first), images.resembles(second)]).toEqual([true, true]);
  expect(images.resembles(lookHash(headSlice(3)))).toBe(false);
});

test('a list of hashes alone is read too, with notes beside it; no file means nothing is known', async () => {
  expect((await readTrainingImages(folder)).size).toBe(0);
  const windows = `${hashOf(5)}  Training/a.jpg\r\n# note\r\n\r\n${hashOf(6)}\r\n`;
  await writeFile(join(folder, 'training-images.txt'), windows);
  const images = await readTrainingImages(folder);
  expect([images.size, images.has(hashOf(6))]).toEqual([2, true]);
  expect(images.hasSeen({ fileHash: hashOf(7), slice: headSlice(1) })).toBe(false);
  await rm(join(folder, 'training-images.txt'));
  await mkdir(join(folder, 'training-images.txt'));
  await expect(readTrainingImages(folder)).rejects.toMatchObject({ code: 'model-damaged' });
});

test('a training picture is recognised in other bytes, another head and a blank slice are not', async () => {
  const heads = [11, 12, 13];
  const png = (k: number) =>
    sharp(inventHead(k, side), { raw: { width: side, height: side, channels: 1 } }).png();
  for (const k of heads) await png(k).toFile(join(folder, `${k}.png`));
  const pictures = heads.map((k) => ({ path: `${k}.png`, frame: null, hash: hashOf(k) }));
  const gone = { path: 'gone.png', frame: null, hash: hashOf(99) };
  await written(await lookAtPictures(folder, [...pictures, gone]));
  const images = await readTrainingImages(folder);
  expect([images.size, images.has(hashOf(99))]).toEqual([4, true]);
  const fileHash = hashOf(1000);
  for (const k of heads) {
    const copy = await sharp(await png(k).toBuffer())
      .resize(103, 103)
      .linear(0.8, 5)
      .jpeg({ quality: 50 })
      .toBuffer();
    const slice = await (await openImageFile(Uint8Array.from(copy), 'copy.jpg')).readSlice(0);
    expect(images.hasSeen({ fileHash, slice })).toBe(true);
  }
  expect(images.hasSeen({ fileHash, slice: headSlice(14) })).toBe(false);
  const blank = { ...headSlice(11), samples: new Uint8Array(side * side).fill(9) };
  expect(lookHash(blank)).toBeNull();
  expect(images.hasSeen({ fileHash, slice: blank })).toBe(false);
  expect(images.hasSeen({ fileHash: hashOf(11), slice: blank })).toBe(true);
});
