import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { EpochRecord, Recipe } from '../../../src-shared/domain/trainingRun.ts';
import { crossEntropy } from '../../../src-shared/statistics/crossEntropy.ts';
import { inventedRun } from '../../../tests/fixtures/inventedRun.ts';
import { smallNetwork } from '../../../tests/fixtures/smallModel.ts';
import { learningRateAt } from '../loop/learningRateAt.ts';
import { makeBatch } from '../loop/makeBatch.ts';
import { orderOfEpoch } from '../loop/orderOfEpoch.ts';
import { Momentum } from '../optimisers/Momentum.ts';
import type { Showing } from '../pictures/PictureLoader.ts';
import type { Batch, StepEngine, StepResult } from '../StepEngine.ts';
import type { Checkpoint } from './Checkpoint.ts';
import { RunControl } from './RunControl.ts';
import { TrainingLoop, type LoopEvent, type LoopParts } from './TrainingLoop.ts';

const classes = smallNetwork.classes;
const area = smallNetwork.inputSize ** 2;
const weightCount = 2 * classes;

/** Logit c of a picture of mean grey m, by a classifier of one feature: w_c m / 255 + b_c. */
function logitsOf(weights: Float32Array, mean: number): number[] {
  return Array.from({ length: classes }, (_, c) => (weights[c]! * mean) / 255 + weights[classes + c]!);
}

const meanOf = (images: Float32Array, picture: number): number =>
  images.subarray(picture * area, (picture + 1) * area).reduce((sum, grey) => sum + grey, 0) / area;

/** Softmax regression on the mean grey: small enough to be followed by hand, and it learns. */
class MeanGreyEngine implements StepEngine {
  readonly name = 'mean-grey';
  readonly weights = Float32Array.from({ length: weightCount }, (_, i) => 0.1 * i - 0.3);
  readonly gradients = new Float32Array(weightCount);
  readonly batches: Batch[] = [];

  step(batch: Batch): Promise<StepResult> {
    this.batches.push({ ...batch, images: batch.images.slice() });
    this.gradients.fill(0);
    let loss = 0;
    const all = Array.from({ length: batch.count }, (_, i) => {
      const mean = meanOf(batch.images, i);
      const logits = logitsOf(this.weights, mean);
      const log = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
      logits.forEach((logit, c) => {
        const target = batch.targets[i * classes + c]!;
        loss -= batch.sampleWeights[i]! * target * (logit - log);
        const slope = batch.sampleWeights[i]! * (Math.exp(logit - log) - target);
        this.gradients[c]! += (slope * mean) / 255;
        this.gradients[classes + c]! += slope;
      });
      return logits;
    });
    return Promise.resolve({ loss, logits: Float32Array.from(all.flat()) });
  }

  evaluate(images: Float32Array, count: number): Promise<Float32Array> {
    const all = Array.from({ length: count }, (_, i) => logitsOf(this.weights, meanOf(images, i)));
    return Promise.resolve(Float32Array.from(all.flat()));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Picture k is flat, brighter the higher its class; a showing shifts it a little. */
function greyOf({ picture, showing }: Showing): number {
  const shift = showing === null ? 0 : 3 * showing.epoch + showing.repetition;
  return 40 + 50 * (picture % classes) + picture + shift;
}

const loader: LoopParts['loader'] = {
  load: (showings) => {
    const images = new Float32Array(new SharedArrayBuffer(4 * showings.length * area));
    showings.forEach((showing, i) => images.fill(greyOf(showing), i * area, (i + 1) * area));
    return Promise.resolve(images);
  },
};

const labelsOf = (pictures: readonly number[]) => ({ pictures, labels: pictures.map((k) => k % classes) });
const train = labelsOf([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
const validation = labelsOf([10, 11, 12, 13, 14]);

const recipe: Recipe = {
  ...inventedRun().run.recipe,
  ...{ inputSize: 32, epochs: 3, batch: 4, learningRate: 0.5, labelSmoothing: 0.1, dropout: 0.3, mixup: 0.2 },
  ...{ clipNorm: null, averaging: 0.6, sampler: 'balanced' },
  schedule: { kind: 'cosine', warmUpEpochs: 1, finalShare: 0.1 },
};

interface Trained {
  engine: MeanGreyEngine;
  events: LoopEvent[];
  saved: Checkpoint[];
  best: Float32Array[];
  /** What became durable, in this order. */
  written: ('checkpoint' | 'best')[];
}

/** A checkpoint's vectors are the loop's own; what is on disk no longer moves. */
function copied({ state, vectors }: Checkpoint): Checkpoint {
  return { state, vectors: new Map([...vectors].map(([name, values]) => [name, values.slice()])) };
}

async function run(
  changes: Partial<Recipe> = {},
  {
    checkpoint = null,
    engine = new MeanGreyEngine(),
  }: { checkpoint?: Checkpoint | null; engine?: MeanGreyEngine } = {},
): Promise<Trained> {
  const group = { offset: 0, length: weightCount, rateFactor: 1, weightDecay: 0.01 };
  const trained: Trained = { engine, events: [], saved: [], best: [], written: [] };
  const loop = new TrainingLoop(
    {
      recipe: { ...recipe, ...changes },
      network: smallNetwork,
      engine,
      optimiser: new Momentum(weightCount, [group], { momentum: 0.9, isNesterov: false }),
      loader,
      train,
      validation,
      control: new RunControl(),
      save: (made) => {
        trained.saved.push(copied(made));
        trained.written.push('checkpoint');
        return Promise.resolve();
      },
      saveBest: async (weights) => {
        await turn();
        trained.best.push(weights);
        trained.written.push('best');
      },
      checkpointEveryMs: 0,
    },
    checkpoint,
  );
  for await (const event of loop.run()) trained.events.push(event);
  return trained;
}

const recordsOf = ({ events }: Trained): EpochRecord[] =>
  events.flatMap((event) => (event.type === 'epoch' ? event.record : []));

/** The same, written down without states, checkpoints or events. */
async function reference() {
  const engine = new MeanGreyEngine();
  const average = engine.weights.slice();
  const velocity = new Float32Array(weightCount);
  const stepsPerEpoch = 3;
  const epochs: {
    averages: Float32Array;
    validationLoss: number;
    trainLoss: number;
    rate: number;
    gradientNorm: number;
  }[] = [];
  for (let step = 0, epoch = 0; epoch < recipe.epochs; epoch++) {
    const order = orderOfEpoch(recipe, train.labels, epoch);
    let [loss, rate, norm] = [0, 0, 0];
    for (let first = 0; first < order.length; first += recipe.batch, step++) {
      const draws = order.slice(first, first + recipe.batch);
      const showings = draws.map(({ picture, repetition }) => ({ picture, showing: { epoch, repetition } }));
      const labels = draws.map(({ picture }) => train.labels[picture]!);
      const images = await loader.load(showings);
      const classWeights = [1, 1, 1, 1];
      const result = await engine.step(
        makeBatch({ recipe, network: smallNetwork, images, labels, classWeights, step }),
      );
      loss += result.loss * draws.length;
      norm += Math.hypot(...engine.gradients) / stepsPerEpoch;
      rate = learningRateAt(recipe, step, stepsPerEpoch);
      for (let i = 0; i < weightCount; i++) {
        velocity[i] = 0.9 * velocity[i]! + engine.gradients[i]! + 0.01 * engine.weights[i]!;
        engine.weights[i] = engine.weights[i]! - rate * velocity[i]!;
        const keep = Math.min(recipe.averaging, (1 + step) / (10 + step));
        average[i] = keep * average[i]! + (1 - keep) * engine.weights[i]!;
      }
    }
    const rows = validation.pictures.map((picture) => logitsOf(average, greyOf({ picture, showing: null })));
    const validationLoss = crossEntropy(rows, validation.labels);
    epochs.push({
      averages: average.slice(),
      validationLoss,
      trainLoss: loss / order.length,
      rate,
      gradientNorm: norm,
    });
  }
  return { weights: engine.weights, epochs };
}

test('does what its parts say, step by step: weights, their mean, what is validated, and the records', async () => {
  const [trained, expected] = [await run(), await reference()];
  trained.engine.weights.forEach((weight, i) => expect(weight).toBeCloseTo(expected.weights[i]!, 5));
  const average = trained.saved.at(-1)!.vectors.get('average')!;
  average.forEach((weight, i) => expect(weight).toBeCloseTo(expected.epochs.at(-1)!.averages[i]!, 5));
  const records = recordsOf(trained);
  expect(records).toHaveLength(3);
  records.forEach((record, i) => {
    const { validationLoss, trainLoss, rate } = expected.epochs[i]!;
    expect(record.validationLoss).toBeCloseTo(validationLoss, 5);
    expect(record.trainLoss).toBeCloseTo(trainLoss, 5);
    expect(record.learningRate).toBe(rate);
    expect(record.confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(validation.labels.length);
  });
  const gradients = expected.epochs.map(({ gradientNorm }) => gradientNorm);
  records.forEach((record, i) => expect(record.gradientNorm).toBeCloseTo(gradients[i]!, 5));
  // Those that were better than all before them were kept, one after the other.
  const kept = expected.epochs.filter(({ validationLoss }, i) =>
    expected.epochs.slice(0, i).every((earlier) => validationLoss < earlier.validationLoss),
  );
  expect(kept.length).toBeLessThan(3);
  expect(trained.best).toHaveLength(kept.length);
  kept.forEach(({ averages }, k) =>
    averages.forEach((weight, i) => expect(trained.best[k]![i]).toBeCloseTo(weight, 5)),
  );
});

test('from whichever checkpoint it goes on, it ends with the same bits', async () => {
  const whole = await run();
  expect(whole.saved).toHaveLength(3 * 4);
  for (const checkpoint of whole.saved) {
    const resumed = await run({}, { checkpoint });
    const last = resumed.saved.at(-1) ?? checkpoint;
    expect(last.vectors).toEqual(whole.saved.at(-1)!.vectors);
    const strip = (records: readonly EpochRecord[]) =>
      records.map((record) => ({ ...record, imagesPerSecond: 0 }));
    expect(strip(last.state.history)).toEqual(strip(recordsOf(whole)));
  }
});

test('chance differs from step to step and from epoch to epoch', async () => {
  const { engine } = await run();
  const seen = engine.batches.map(({ dropout }) => dropout.slice(0, 200).join());
  expect(seen).toHaveLength(9);
  expect(new Set(seen).size).toBe(9);
  expect(new Set(engine.batches.map(({ images }) => images.join())).size).toBe(9);
});

test('an epoch of enlarged classes has as many steps as its copies take', async () => {
  // Of the ten pictures two classes have three, two have two.
  expect((await run({ sampler: 'enlarged', batch: 2, epochs: 1 })).engine.batches).toHaveLength(6);
  expect((await run({ sampler: 'shuffled', batch: 2, epochs: 1 })).engine.batches).toHaveLength(5);
});

test('without a running mean the weights themselves are validated and kept', async () => {
  const { engine, best, saved } = await run({ averaging: 0, epochs: 1 });
  expect(best).toEqual([engine.weights]);
  expect([...saved[0]!.vectors.keys()]).toEqual(['weights', 'optimiser.0']);
});

test('the best weights are durable before the checkpoint that names them', async () => {
  const { saved, written } = await run({ epochs: 1 });
  expect(written).toEqual(['checkpoint', 'checkpoint', 'checkpoint', 'best', 'checkpoint']);
  expect(saved.map(({ state }) => state.best?.epoch)).toEqual([undefined, undefined, undefined, 1]);
});

test.each([
  ['the loss', () => ({ loss: NaN, logits: new Float32Array(16) })],
  [
    'the gradient',
    (engine: MeanGreyEngine) => (engine.gradients.fill(Infinity), { loss: 1, logits: new Float32Array(16) }),
  ],
])('where %s is no number, training has diverged, and nothing was changed', async (_, broken) => {
  const engine = new MeanGreyEngine();
  const before = engine.weights.slice();
  engine.step = () => Promise.resolve(broken(engine));
  await expect(run({}, { engine })).rejects.toMatchObject({
    code: 'training-diverged',
    detail: { epoch: 1 },
  });
  expect(engine.weights).toEqual(before);
});

test('where only the validation is no number, it has diverged too', async () => {
  const engine = new MeanGreyEngine();
  engine.evaluate = (_, count) => Promise.resolve(new Float32Array(count * classes).fill(NaN));
  await expect(run({}, { engine })).rejects.toMatchObject({ code: 'training-diverged' });
});
