import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCheckpoint } from '../../../src-main/training/run/Checkpoint.ts';
import { loadTensorFlow } from '../../../src-main/training/engines/tfjs/loadTensorFlow.ts';
import { relativeDifference } from '../../golden/runGraph.ts';
import { bratum } from '../commandLine.ts';
import {
  makeSmallTraining,
  outcomeOf,
  resumeWords,
  smallRecipe,
  trainWords,
  type SmallTraining,
} from './smallTraining.ts';

let folder: string;
let training: SmallTraining;
/** An uninterrupted run by tfjs. */
let whole: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-tfjs-'));
  training = await makeSmallTraining(folder);
  await writeFile(training.recipe, JSON.stringify({ ...smallRecipe, epochs: 1 }));
  whole = await train('whole', 'tfjs');
});

afterAll(() => rm(folder, { recursive: true }));

/** Trains to the end, first killed when it has told of so many checkpoints, if of any. */
async function train(name: string, engine: string, checkpointsBeforeKill = 0): Promise<string> {
  const out = join(folder, name);
  const words = trainWords(training, out, '--engine', engine);
  if (checkpointsBeforeKill > 0) {
    const { code } = await bratum(words, {
      onStart: (child) => {
        let text = '';
        child.stdout!.on('data', (chunk: string) => {
          text += chunk;
          if (text.split('"type":"checkpoint"').length > checkpointsBeforeKill) child.kill('SIGKILL');
        });
      },
    });
    expect(code).toBeNull();
  }
  expect(await bratum(checkpointsBeforeKill > 0 ? resumeWords(out) : words)).toMatchObject({ code: 0 });
  return out;
}

async function weightsOf(out: string): Promise<Float32Array> {
  return (await readCheckpoint(join(out, 'checkpoint', 'last.bin')))!.vectors.get('weights')!;
}

test('trains, is killed, goes on, is exported as ONNX, and answers', async () => {
  const killed = await train('killed', 'tfjs', 2);
  const { backend } = await loadTensorFlow();
  // Plain JavaScript computes the same bits each time; the native library's threads may add up in another order.
  if (backend === 'cpu') expect(await outcomeOf(killed)).toEqual(await outcomeOf(whole));
  else expect(relativeDifference(await weightsOf(killed), await weightsOf(whole))).toBeLessThan(1e-3);

  const to = join(folder, 'exported');
  const words = ['export', '--run', killed, '--format', 'onnx', '--to', to, '--json'];
  expect(await bratum(words)).toMatchObject({ code: 0 });
  const pictures = join(training.dataset, 'glioma_tumor');
  const { code, stdout } = await bratum(['classify', '--model', to, pictures, '--json']);
  expect(code).toBe(0);
  const { results } = JSON.parse(stdout) as { results: { probabilities: Record<string, number> }[] };
  expect(results).toHaveLength(12);
});

test('the two engines train the same network: after an epoch their weights are near each other', async () => {
  const onnx = await train('onnx', 'onnx');
  const start = (await readCheckpoint(join(onnx, 'checkpoint', 'start.bin')))!.vectors.get('start')!;
  const [first, second] = [await weightsOf(onnx), await weightsOf(whole)];
  const moved = relativeDifference(first, start);
  expect(moved).toBeGreaterThan(1e-3);
  expect(relativeDifference(second, first)).toBeLessThan(moved / 20);
});
