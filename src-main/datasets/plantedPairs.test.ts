import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inventHead } from '../../tests/fixtures/inventHead.ts';
import { judgePairs, plantPairs, type PlantedPair } from '../../tests/fixtures/plantPairs.ts';
import { groupPictures } from './groupPictures.ts';
import { Labels } from './Labels.ts';
import { readPictures, type DescribedPicture } from './readPictures.ts';

const side = 160;
const count = process.env['BRATUM_LONG'] === '1' ? 1000 : 100;

let folder: string;
let planted: PlantedPair[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'planted-'));
  const raw = { width: side, height: side, channels: 1 } as const;
  const heads = await Promise.all(
    Array.from({ length: count }, (_, seed) =>
      sharp(inventHead(5000 + seed, side), { raw })
        .png()
        .toBuffer(),
    ),
  );
  planted = await plantPairs(folder, heads);
}, 600_000);
afterAll(() => rm(folder, { recursive: true }));

it('finds at least 95 % of planted copies, and of what it finds at least 98 % were planted', async () => {
  const pictures: DescribedPicture[] = [];
  for await (const item of readPictures(folder, new Labels()))
    if (item.kind === 'picture') pictures.push(item.picture);
  expect(pictures).toHaveLength(2 * count);
  const { copies } = await groupPictures(pictures);
  const groups = copies.map((set) => set.map((i) => pictures[i]!.path));
  const { recall, precision } = judgePairs(planted, groups);
  expect(recall).toBeGreaterThanOrEqual(0.95);
  expect(precision).toBeGreaterThanOrEqual(0.98);
}, 900_000);
