import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resumeTraining, trainModel, type TrainEvent } from '../../../src-main/calls/trainModel.ts';
import { loadModel } from '../../../src-main/network/loadModel.ts';
import { ParameterVector } from '../../../src-main/training/ParameterVector.ts';
import { freshState, readCheckpoint, writeCheckpoint } from '../../../src-main/training/run/Checkpoint.ts';
import { RunControl } from '../../../src-main/training/run/RunControl.ts';
import type { Recipe } from '../../../src-shared/domain/trainingRun.ts';
import { augmentationPresets } from '../../../src-shared/imaging/augmentation/augmentationPresets.ts';
import { smallNetwork } from '../../fixtures/smallModel.ts';
import { bratum } from '../commandLine.ts';
import {
  linesOf,
  makeSmallTraining,
  outcomeOf,
  resumeWords,
  smallRecipe,
  type SmallTraining,
} from './smallTraining.ts';

const resources = { loaderThreads: 1, cacheBytes: 1 << 20, checkpointEveryMs: 60_000 };
let folder: string;
let training: SmallTraining;
let expected: Record<string, unknown>;
let epochsOfWhole: TrainEvent[];

type Seen = (event: TrainEvent, control: RunControl) => void;

/** Begins a run, or goes on with the one in `out`, and lets somebody act on its events. */
async function train(
  out: string,
  { recipe = {}, seen, resume = false }: { recipe?: Partial<Recipe>; seen?: Seen; resume?: boolean } = {},
  control = new RunControl(),
): Promise<TrainEvent[]> {
  const { dataset, split } = training;
  const run = resume
    ? resumeTraining(out, control, resources)
    : trainModel(
        {
          dataset,
          labelFile: null,
          subset: 'combined',
          split: { kind: 'file', file: split },
          fold: 0,
          seed: 1,
          augmentation: augmentationPresets.standard,
          recipe: { ...smallRecipe, ...recipe },
          engine: 'onnx',
          threads: 2,
          from: { kind: 'random' },
          out,
        },
        control,
        resources,
      );
  const events: TrainEvent[] = [];
  for await (const event of run) {
    events.push(event);
    seen?.(event, control);
  }
  return events;
}

const typesOf = (events: readonly TrainEvent[]): string[] => events.map(({ type }) => type);
const isStep = (event: TrainEvent, epoch: number, batch: number): boolean =>
  event.type === 'step' && event.epoch === epoch && event.batch === batch;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-control-'));
  training = await makeSmallTraining(folder);
  const out = join(folder, 'whole');
  epochsOfWhole = (await train(out)).filter(({ type }) => type === 'epoch');
  expected = await outcomeOf(out);
});

afterAll(() => rm(folder, { recursive: true }));

test('a paused run writes a checkpoint, does nothing, and goes on to the same bits', async () => {
  const out = join(folder, 'paused');
  let resumedAt = 0;
  const events = await train(out, {
    seen: (event, control) => {
      if (!isStep(event, 1, 2)) return;
      control.pause();
      setTimeout(() => {
        resumedAt = performance.now();
        control.resume();
      }, 300);
    },
  });
  const paused = events.findIndex((event) => isStep(event, 1, 2));
  expect(events[paused + 1]).toEqual({ type: 'checkpoint', epoch: 0, batch: 2 });
  expect(events[paused + 2]).toMatchObject({ type: 'step', batch: 3 });
  expect(resumedAt).toBeGreaterThan(0);
  expect(await outcomeOf(out)).toEqual(expected);
});

test('a run cancelled in a pause keeps its checkpoint and its folder for whoever comes next', async () => {
  const out = join(folder, 'cancelled');
  const controller = new AbortController();
  const seen: Seen = (event, control) => {
    if (!isStep(event, 2, 1)) return;
    control.pause();
    setTimeout(() => controller.abort(), 100);
  };
  const run = train(out, { seen }, new RunControl(controller.signal));
  await expect(run).rejects.toMatchObject({ code: 'cancelled' });
  expect(await readdir(out)).not.toContain('lock');
  const events = await train(out, { resume: true });
  expect(events[0]).toMatchObject({ type: 'started', resumedAtEpoch: 1 });
  expect(events[1]).toMatchObject({ type: 'step', epoch: 2, batch: 2 });
  expect(await outcomeOf(out)).toEqual(expected);
});

test('cancelled while it validates, it has the steps of the epoch on disk', async () => {
  const out = join(folder, 'validating');
  const controller = new AbortController();
  const seen: Seen = (event) => {
    if (event.type === 'checkpoint' && event.batch > 0) queueMicrotask(() => controller.abort());
  };
  await expect(train(out, { seen }, new RunControl(controller.signal))).rejects.toMatchObject({
    code: 'cancelled',
  });
  const events = await train(out, { resume: true });
  expect(events[1]).toMatchObject({ type: 'epoch', record: { epoch: 1 } });
  expect(await outcomeOf(out)).toEqual(expected);
});

test('ended early in its second epoch, a run keeps the best of those that are done', async () => {
  const out = join(folder, 'early');
  const events = await train(out, {
    seen: (event, control) => {
      if (isStep(event, 2, 3)) control.finishEarly();
    },
  });
  expect(typesOf(events).slice(-3)).toEqual(['step', 'checkpoint', 'finished']);
  expect(events.at(-1)).toMatchObject({ epochs: 1, bestEpoch: 1 });
  expect((await loadModel(join(out, 'best'))).card.training).toMatchObject({ epochs: 1 });
  // Who changes their mind gets what an uninterrupted run would have become.
  await train(out, { resume: true });
  expect(await outcomeOf(out)).toEqual(expected);
});

test('ended before its first epoch is done, a run judges what it has, after one step at least', async () => {
  const out = join(folder, 'earliest');
  const control = new RunControl();
  control.finishEarly();
  const events = await train(out, {}, control);
  expect(typesOf(events)).toEqual(['started', 'step', 'checkpoint', 'epoch', 'checkpoint', 'finished']);
  expect(events.at(-1)).toMatchObject({ epochs: 1, bestEpoch: 1 });
  const [, step, , epoch] = events;
  if (step?.type !== 'step' || epoch?.type !== 'epoch') throw new Error('not these events');
  expect(epoch.record.trainLoss).toBeCloseTo(step.loss, 10);
});

test('patience ends a run that no longer gets better', async () => {
  const recipe: Partial<Recipe> = {
    ...{ epochs: 30, patience: 2, learningRate: 1e-12, averaging: 0, freeze: 0 },
    schedule: { kind: 'constant', warmUpEpochs: 0 },
  };
  const events = await train(join(folder, 'patient'), { recipe });
  const epochs = events.flatMap((event) => (event.type === 'epoch' ? event : []));
  const best = epochs.findLastIndex(({ isBest }) => isBest);
  expect(epochs.length).toBeLessThan(30);
  expect(epochs.length - 1 - best).toBe(2);
  expect(events.at(-1)).toMatchObject({ bestEpoch: best + 1 });
});

test('training learns', () => {
  const losses = epochsOfWhole.map((event) => (event.type === 'epoch' ? event.record.trainLoss : NaN));
  expect(losses[1]).toBeLessThan(losses[0]!);
});

test('frozen blocks keep their weights to the bit, all others move', async () => {
  const out = join(folder, 'frozen');
  const freeze = 5;
  await train(out, { recipe: { freeze, epochs: 1 } });
  const [start, last] = await Promise.all(
    ['start', 'last'].map((name) => readCheckpoint(join(out, 'checkpoint', `${name}.bin`))),
  );
  const [before, after] = [start!.vectors.get('start')!, last!.vectors.get('weights')!];
  const frozen = smallNetwork.blocks.slice(0, freeze).flatMap(({ convolutions }) => convolutions);
  for (const { name, offset, length } of new ParameterVector(smallNetwork).segments) {
    const isFrozen = frozen.some((convolution) => name.startsWith(`${convolution.name}.`));
    const [old, now] = [before, after].map((vector) => vector.subarray(offset, offset + length));
    if (isFrozen) expect(now, name).toEqual(old);
    else expect(now, name).not.toEqual(old);
  }
});

test('a checkpoint of another network is refused, and no thread is left behind', async () => {
  const out = join(folder, 'mixed');
  const controller = new AbortController();
  const cancelled = train(out, { seen: () => controller.abort() }, new RunControl(controller.signal));
  await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
  const vectors = new Map([['weights', Float32Array.of(1, 2, 3)]]);
  await writeCheckpoint(join(out, 'checkpoint', 'last.bin'), { state: freshState, vectors });
  // A thread that was left behind would keep the process alive.
  const { code, stdout } = await bratum(resumeWords(out));
  expect(code).toBe(3);
  expect(linesOf(stdout)).toEqual([
    {
      type: 'failed',
      error: { code: 'run-damaged', message: expect.stringContaining('last.bin') as string },
    },
  ]);
});
