import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freshState, readCheckpoint, writeCheckpoint, type Checkpoint } from './Checkpoint.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-checkpoint-'));
  file = join(folder, 'last.bin');
});
afterEach(() => rm(folder, { recursive: true }));

/** Every kind of float32, as bits: zeros, a subnormal, infinities, NaN with two payloads, the largest number. */
const bits = Uint32Array.of(0, 0x80000000, 1, 0x7f800000, 0xff800000, 0x7fc00001, 0xffabcdef, 0x7f7fffff);
const bitsOf = (values: Float32Array): Uint32Array =>
  new Uint32Array(values.buffer, values.byteOffset, values.length);

const shared = new Float32Array(new SharedArrayBuffer(64)).subarray(3, 11);
bitsOf(shared).set(bits);

const checkpoint: Checkpoint = {
  state: {
    epoch: 1,
    batch: 3,
    step: 17,
    tally: { loss: 0.1 + 0.2, right: 5, pictures: 24, gradientNorm: 1 / 3, blocks: [1 / 7, 0] },
    history: [
      {
        epoch: 1,
        trainLoss: Math.PI,
        trainAccuracy: 1 / 7,
        validationLoss: 5e-324,
        validationAccuracy: 1,
        learningRate: 1e-21,
        imagesPerSecond: 12,
        gradientNorm: Math.SQRT2,
        confusion: [
          [1, 0],
          [0, 2],
        ],
      },
    ],
    best: { epoch: 1, validationLoss: 5e-324 },
    elapsedMs: 12.25,
  },
  vectors: new Map<string, Float32Array>([
    ['weights', shared],
    ['a name with\nä break', Float32Array.of(1.5)],
    ['nothing', new Float32Array(0)],
  ]),
};

test('comes back bit by bit', async () => {
  await writeCheckpoint(file, checkpoint);
  const found = (await readCheckpoint(file))!;
  expect(found.state).toEqual(checkpoint.state);
  expect([...found.vectors.keys()]).toEqual([...checkpoint.vectors.keys()]);
  expect(bitsOf(found.vectors.get('weights')!)).toEqual(bits);
  expect(found.vectors.get('a name with\nä break')).toEqual(Float32Array.of(1.5));
  expect(found.vectors.get('nothing')).toHaveLength(0);
});

test('no file is no checkpoint', async () => {
  expect(await readCheckpoint(file)).toBeNull();
});

test('any flipped byte and any missing end is refused', async () => {
  await writeCheckpoint(file, checkpoint);
  const whole = await readFile(file);
  for (let place = 0; place < whole.length; place += 1 + (place % 5)) {
    const changed = Buffer.from(whole);
    changed[place]! ^= 1 << (place % 8);
    await writeFile(file, changed);
    await expect(readCheckpoint(file)).rejects.toThrow();
  }
  for (let length = 0; length < whole.length; length += 1 + (length % 7)) {
    await writeFile(file, whole.subarray(0, length));
    await expect(readCheckpoint(file)).rejects.toThrow();
  }
  await writeFile(file, Buffer.concat([whole, Buffer.of(0)]));
  await expect(readCheckpoint(file)).rejects.toThrow();
});

test('the next one replaces it', async () => {
  await writeCheckpoint(file, checkpoint);
  await writeCheckpoint(file, { state: freshState, vectors: new Map() });
  expect(await readCheckpoint(file)).toEqual({ state: freshState, vectors: new Map() });
});
