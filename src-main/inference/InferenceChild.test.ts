import { execFile, type ChildProcess } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import type { InferenceRequest, LoadedModel } from '../../src-shared/domain/inference.ts';
import type { ChildChannel } from './ChildChannel.ts';
import { forkChannel } from './forkChannel.ts';
import { goldenInputs } from './goldenInputs.ts';
import { InferenceChild, type ChildPool } from './InferenceChild.ts';
import { indexOfLargest } from '../../src-shared/statistics/indexOfLargest.ts';
import { loadModel } from '../network/loadModel.ts';
import { writeHostileModel } from '../../tests/fixtures/writeHostileModel.ts';
import { readModelWeights } from '../network/readModelWeights.ts';

const pictureSize = 224 * 224;
let model: LoadedModel;
let started: ChildChannel[] = [];
let inference: InferenceChild;

beforeAll(async () => {
  model = await loadModel('models/combined');
});

afterEach(() => {
  inference.close();
  started = [];
});

function open(pool?: ChildPool): InferenceChild {
  inference = new InferenceChild(() => {
    started.push(forkChannel());
    return started.at(-1)!;
  }, pool);
  return inference;
}

function request(count: number, more: Partial<InferenceRequest> = {}): InferenceRequest {
  return { model, provider: 'cpu', inputs: goldenInputs(count, 224), count, wantsFeatures: false, ...more };
}

test('a picture has the same answer alone, in a batch, with features, and on two threads', async () => {
  const batch = await open().run(request(5));
  expect(batch.logits.length).toBe(20);
  expect(batch.features).toBeNull();
  const third = goldenInputs(5, 224).slice(2 * pictureSize, 3 * pictureSize);
  const alone = await inference.run(request(1, { inputs: third, wantsFeatures: true }));
  expect([...alone.logits]).toEqual([...batch.logits.subarray(8, 12)]);
  expect(alone.features?.length).toBe(1280 * 49);
  inference.close();
  const threaded = await open({ processes: 1, threads: 2 }).run(request(5));
  threaded.logits.forEach((logit, i) => expect(logit).toBeCloseTo(batch.logits[i]!, 4));
});

test('the features average to the logits through the classifier', async () => {
  const { logits, features } = await open().run(request(1, { wantsFeatures: true }));
  const bias = (await readModelWeights(model)).weights.get('classifier.bias')!.values;
  const pooled = Array.from({ length: 1280 }, (_, k) => {
    const map = features!.subarray(49 * k, 49 * k + 49);
    return map.reduce((sum, value) => sum + value, 0) / 49;
  });
  for (let row = 0; row < 4; row++) {
    const product = pooled.reduce(
      (sum, value, k) => sum + value * model.classifierWeight[1280 * row + k]!,
      0,
    );
    expect(product + bias[row]!).toBeCloseTo(logits[row]!, 4);
  }
});

test.each(['block13.expand', 'block6.expand'])(
  'brings the gradient of its answer at %s: the one that a whole pass backwards gives',
  async (place) => {
    const count = 2;
    const { logits, answerMaps } = await open().run(request(count, { gradientAt: place }));
    const alone = await inference.run(request(count));
    expect([...logits]).toEqual([...alone.logits]);
    expect(alone.answerMaps).toBeNull();
    const answers = Array.from({ length: count }, (_, i) =>
      indexOfLargest(logits.subarray(4 * i, 4 * i + 4)),
    );
    for (const [i, answer] of answers.entries()) {
      const inputs = request(count).inputs.slice(i * pictureSize, (i + 1) * pictureSize);
      const logitWeights = Float32Array.from({ length: 4 }, (_, row) => Number(row === answer));
      const asked = { model, inputs, count: 1, logitWeights, activations: [place], wantsImage: false };
      const { activations, gradients } = (await inference.gradients(asked)).maps[0]!;
      const size = activations.length;
      expect(distance(answerMaps!.activations.subarray(i * size, (i + 1) * size), activations)).toBeLessThan(
        1e-5,
      );
      expect(distance(answerMaps!.gradients.subarray(i * size, (i + 1) * size), gradients)).toBeLessThan(
        1e-5,
      );
    }
  },
);

test('a network whose inside is not ours answers without maps', async () => {
  const { answerMaps, logits } = await open().run(request(1, { gradientAt: 'block99.expand' }));
  expect(answerMaps).toBeNull();
  expect(logits.length).toBe(4);
});

/** ‖a − b‖ / ‖b‖ */
function distance(a: Float32Array, b: Float32Array): number {
  const norm = (values: Float32Array): number =>
    Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0));
  return norm(a.map((value, i) => value - b[i]!)) / norm(b);
}

test('starts one process for single slices, further ones only for lasting work, and answers in any case', async () => {
  open({ processes: 2, threads: 1 });
  await inference.run(request(1));
  expect(started.length).toBe(1);
  await inference.run(request(16));
  const answers = await Promise.all(Array.from({ length: 6 }, () => inference.run(request(4))));
  expect(started.length).toBe(2);
  for (const { logits } of answers) expect([...logits]).toEqual([...answers[0]!.logits]);
});

test('a process that dies fails its call with a code, and the next call starts another', async () => {
  await open().run(request(1));
  const pending = inference.run(request(32));
  const waiting = inference.run(request(1));
  started[0]!.kill();
  await expect(pending).rejects.toMatchObject({ code: 'inference-stopped' });
  expect((await waiting).logits.length).toBe(4);
  expect(started.length).toBe(2);
  expect((await inference.run(request(1))).logits.length).toBe(4);
  expect(started.length).toBe(2);
});

test('a child that cannot even start fails the call and does not loop', async () => {
  const missing = new URL('./no-such-entry.ts', import.meta.url);
  let starts = 0;
  inference = new InferenceChild(() => {
    starts++;
    return forkChannel({ entry: missing, isQuiet: true });
  });
  await expect(inference.run(request(1))).rejects.toMatchObject({ code: 'inference-stopped' });
  expect(starts).toBe(1);
});

test('cancelling ends waiting and running calls at once, and later ones are answered', async () => {
  open({ processes: 1, threads: 1 });
  const cancelled = new AbortController();
  const running = inference.run(request(32), cancelled.signal);
  const waiting = inference.run(request(32), cancelled.signal);
  const later = inference.run(request(1));
  cancelled.abort();
  await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
  await expect(inference.run(request(1), cancelled.signal)).rejects.toMatchObject({ code: 'cancelled' });
  expect((await later).logits.length).toBe(4);
});

test('closing fails what is pending and everything after', async () => {
  const pending = open().run(request(8));
  inference.close();
  await expect(pending).rejects.toMatchObject({ code: 'inference-stopped' });
  await expect(inference.run(request(1))).rejects.toMatchObject({ code: 'inference-stopped' });
});

test('a model that changes after it was loaded is refused by its fingerprint', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bratum-model-'));
  try {
    await cp('models/combined', folder, { recursive: true });
    const loaded = await loadModel(folder);
    await writeFile(join(folder, 'model.onnx'), 'something else');
    await expect(open().run(request(1, { model: loaded }))).rejects.toMatchObject({ code: 'model-damaged' });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a model that asks for more memory than there is fails with a code, and others are answered', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bratum-model-'));
  try {
    open();
    await writeHostileModel(join(folder, 'enormous'), 'enormous');
    const enormous = await loadModel(join(folder, 'enormous'));
    const failed = inference.run(request(1, { model: enormous, inputs: goldenInputs(1, 32) }));
    await expect(failed).rejects.toMatchObject({
      code: expect.stringMatching(/^inference-(failed|stopped)$/) as string,
    });
    expect((await inference.run(request(1))).logits.length).toBe(4);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a provider that this machine does not have is named in the error', async () => {
  const absent = process.platform === 'linux' ? 'dml' : 'cuda';
  await expect(open().run(request(1, { provider: absent }))).rejects.toMatchObject({
    code: 'provider-unavailable',
    detail: { provider: absent },
  });
});

/** A parent of its own: runs one picture, says so, and stays only when it is told to. */
const parentScript = `
  import { forkChannel } from './src-main/inference/forkChannel.ts';
  import { goldenInputs } from './src-main/inference/goldenInputs.ts';
  import { InferenceChild } from './src-main/inference/InferenceChild.ts';
  import { loadModel } from './src-main/network/loadModel.ts';
  const model = await loadModel('models/combined');
  const inference = new InferenceChild(() => forkChannel());
  await inference.run({ model, provider: 'cpu', inputs: goldenInputs(1, 224), count: 1, wantsFeatures: false });
  console.log('answered');
  if (process.argv.includes('--stay')) setInterval(() => {}, 1000);
`;

function startParent(...flags: string[]): ChildProcess {
  const nodeFlags = [
    '--disable-warning=ExperimentalWarning',
    '--input-type=module',
    '-e',
    parentScript,
    '--',
  ];
  return execFile(process.execPath, [...nodeFlags, ...flags]);
}

const ended = (parent: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => parent.once('exit', resolve));

test('an idle child does not keep its parent alive', async () => {
  expect(await ended(startParent())).toBe(0);
});

test.skipIf(process.platform !== 'linux')('a child ends when its parent is killed', async () => {
  const parent = startParent('--stay');
  await new Promise((resolve) => parent.stdout!.once('data', resolve));
  const { stdout } = await new Promise<{ stdout: string }>((resolve, reject) =>
    execFile('ps', ['-o', 'pid=', '--ppid', String(parent.pid)], (error, output) =>
      error ? reject(new Error(error.message)) : resolve({ stdout: output }),
    ),
  );
  const child = Number(stdout.trim().split('\n')[0]);
  expect(child).toBeGreaterThan(0);
  parent.kill('SIGKILL');
  await ended(parent);
  await expect.poll(() => isAlive(child), { timeout: 10_000 }).toBe(false);
});

function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch {
    return false;
  }
}
