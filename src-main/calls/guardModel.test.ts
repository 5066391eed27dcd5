import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inventHead } from '../../tests/fixtures/inventHead.ts';
import { writeModel } from '../../tests/fixtures/writeModel.ts';
import type { DatasetPicture } from '../../src-shared/domain/dataset.ts';
import { planes } from '../../src-shared/domain/plane.ts';
import { tumourClasses } from '../../src-shared/domain/tumourClass.ts';
import { RandomStream } from '../../src-shared/statistics/RandomStream.ts';
import { makePublishedSplit } from '../datasets/splits/makeSplit.ts';
import type { Split } from '../datasets/splits/Split.ts';
import { encodePng } from '../images/raster/encodePng.ts';
import { forkChannel } from '../inference/forkChannel.ts';
import { guardResult } from '../inference/guardResult.ts';
import { InferenceChild } from '../inference/InferenceChild.ts';
import { loadModel } from '../network/loadModel.ts';
import { guardModel, type GuardRequest } from './guardModel.ts';

const side = 32;
const hashOf = (number: number): string => number.toString(16).padStart(64, '0');

/** A split of pictures that exist as numbers only; the seed of each is its place in the hash. */
function splitOf(count: number): Split {
  const pictures = Array.from({ length: count }, (_, i): DatasetPicture => {
    const tumour = tumourClasses[i % 4]!;
    const hash = hashOf(i + 1);
    return {
      path: `${tumour}/${i}.png`,
      frame: null,
      part: null,
      class: tumour,
      plane: planes[i % 3]!,
      rows: side,
      columns: side,
      fileHash: hash,
      pixelHash: hash,
      patientKey: null,
      seriesKey: null,
    };
  });
  return makePublishedSplit(pictures, 1);
}

let folder: string;
const inference = new InferenceChild(() => forkChannel());

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-guard-'));
});
afterAll(async () => {
  inference.close();
  await rm(folder, { recursive: true });
});

const requestFor = (model: string, split: Split): GuardRequest => ({
  folder: join(folder, model),
  split,
  fold: 0,
  inference,
  load: (positions) => {
    const images = positions.map((position) =>
      inventHead(Number.parseInt(split.pictures[position]!.hash, 16), side),
    );
    return Promise.resolve(Float32Array.from(images.flatMap((image) => [...image])));
  },
  allowed: () => Promise.resolve(),
});

describe('a model whose split has enough pictures', () => {
  const split = splitOf(480);
  // Every hundredth picture is said to be no MR.
  const fileHashes = new Set(split.pictures.map(({ hash }) => hash).filter((_, i) => i % 40 === 0));

  beforeAll(async () => {
    await writeModel(join(folder, 'guarded'), { task: 'tumour-class' });
    await writeFile(join(folder, 'guarded', 'training-images.txt'), `${hashOf(1)}\n`);
    const random = new RandomStream(9);
    const grey = Uint8ClampedArray.from({ length: side * side }, () => 255 * random.uniform());
    await writeFile(
      join(folder, 'noise.png'),
      await encodePng(grey, { rows: side, columns: side, channels: 1 }),
    );
    await guardModel({
      ...requestFor('guarded', split),
      excluded: { name: 'CT', fileHashes },
      strangers: [{ name: 'a stranger', paths: [join(folder, 'noise.png')] }],
      heads: [{ name: 'another head', paths: [join(folder, 'noise.png')] }],
    });
  }, 280_000);

  test('flags noise and lets heads pass, most of the time', async () => {
    const model = await loadModel(join(folder, 'guarded'));
    const random = new RandomStream(2);
    const count = 40;
    const pictures = Array.from({ length: count }, (_, i) =>
      i < 20
        ? inventHead(10_000 + i, side)
        : Uint8Array.from({ length: side ** 2 }, () => random.integer(256)),
    );
    const inputs = Float32Array.from(pictures.flatMap((picture) => [...picture]));
    const { features } = await inference.run({ model, provider: 'cpu', inputs, count, wantsFeatures: true });
    const length = features!.length / count;
    const results = pictures.map((_, i) =>
      guardResult(
        features!.subarray(i * length, (i + 1) * length),
        inputs.slice(i * side ** 2, (i + 1) * side ** 2),
        model,
      ),
    );
    expect(results.slice(0, 20).filter(({ flagged }) => flagged).length).toBeLessThanOrEqual(3);
    // The network was never trained, so noise is half known to it; of 20 heads one at most would be flagged by chance.
    expect(results.slice(20).filter(({ flagged }) => flagged).length).toBeGreaterThanOrEqual(8);
    for (const { score, flagged } of results) expect(flagged).toBe(score! > model.card.guard!.threshold);
  });

  test('keeps what was in its folder, and says in its card what the guard is worth', async () => {
    const { card } = await loadModel(join(folder, 'guarded'));
    expect(await readFile(join(folder, 'guarded', 'training-images.txt'), 'utf8')).toBe(`${hashOf(1)}\n`);
    const of = (name: string) => card.metrics.filter((metric) => metric.name === name);
    const [flagged] = of('guardFlagged');
    const excluded = split.folds[0]!.test.filter((i) => fileHashes.has(split.pictures[i]!.hash)).length;
    expect(excluded).toBeGreaterThan(0);
    expect(flagged!.n).toBe(split.folds[0]!.test.length - excluded);
    expect(flagged!.interval![0]).toBeLessThanOrEqual(flagged!.value);
    expect(of('guardArea').map(({ protocol }) => protocol)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^CT in/), expect.stringMatching(/^a stranger/)]),
    );
    expect(of('guardFlaggedHeads')).toMatchObject([{ n: 1, protocol: 'another head' }]);
  });

  test('fitted again it is the same guard, and its figures are there once', async () => {
    const before = await readFile(join(folder, 'guarded', 'guard.bin'));
    await guardModel({ ...requestFor('guarded', split), excluded: { name: 'CT', fileHashes } });
    expect(await readFile(join(folder, 'guarded', 'guard.bin'))).toEqual(before);
    const { card } = await loadModel(join(folder, 'guarded'));
    expect(card.metrics.filter(({ name }) => name === 'guardFlagged')).toHaveLength(1);
    expect(card.metrics.filter(({ name }) => name === 'guardFlaggedHeads')).toHaveLength(0);
  }, 280_000);

  test('a guard that is gone, or not the card’s, damages the model', async () => {
    const file = join(folder, 'guarded', 'guard.bin');
    const bytes = await readFile(file);
    await writeFile(file, Buffer.concat([bytes.subarray(0, -2), Buffer.from([0, 1])]));
    await expect(loadModel(join(folder, 'guarded'))).rejects.toMatchObject({ code: 'model-damaged' });
    await writeFile(file, bytes);
    await loadModel(join(folder, 'guarded'));
  });
});

test('too few pictures make no guard, and leave the model as it was', async () => {
  await writeModel(join(folder, 'small'), { task: 'tumour-class' });
  const before = await readFile(join(folder, 'small', 'card.json'));
  expect(await guardModel(requestFor('small', splitOf(120)))).toBeNull();
  expect(await readFile(join(folder, 'small', 'card.json'))).toEqual(before);
});
