import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeMobileNetV2 } from '../../../network/mobileNetV2.ts';
import { AdamW } from '../../optimisers/AdamW.ts';
import { ParameterVector } from '../../ParameterVector.ts';
import type { Batch } from '../../StepEngine.ts';
import { OnnxEngine } from './OnnxEngine.ts';

const network = describeMobileNetV2({ widthMultiplier: 0.25, inputSize: 32, inputChannels: 1, classes: 4 });
const vector = new ParameterVector(network);
const startingWeights = new Float32Array(vector.length);
for (const { name, shape, offset, length } of vector.segments) {
  if (name.endsWith('.bias')) continue;
  const spread = 2.4 / Math.sqrt(shape.length === 2 ? 1280 : length / shape[0]!);
  for (let i = 0; i < length; i++) startingWeights[offset + i] = spread * noise(offset + i);
}

/** −1…1, always the same for the same place. */
function noise(place: number): number {
  return 2 * ((Math.imul(place + 1, 2654435761) >>> 0) / 2 ** 32) - 1;
}

function length(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

/** Each class has its own quarter lit up. */
function batchOf(count: number): Batch {
  const images = Float32Array.from({ length: count * 1024 }, (_, i) => {
    const [picture, row, column] = [Math.floor(i / 1024), Math.floor((i % 1024) / 32), i % 32];
    const quarter = 2 * Number(row >= 16) + Number(column >= 16);
    return (quarter === picture % 4 ? 200 : 60) + 20 * noise(i);
  });
  return {
    count,
    images,
    targets: Float32Array.from({ length: count * 4 }, (_, i) => Number(i % 4 === Math.floor(i / 4) % 4)),
    sampleWeights: new Float32Array(count).fill(1 / count),
    dropout: new Float32Array(count * network.featureChannels).fill(1),
  };
}

const engines: OnnxEngine[] = [];
let two: OnnxEngine;
let one: OnnxEngine;
let frozen: OnnxEngine;

beforeAll(async () => {
  two = await OnnxEngine.create({ network, workers: 2, pictures: 2 });
  one = await OnnxEngine.create({ network, workers: 1, pictures: 3 });
  frozen = await OnnxEngine.create({ network, workers: 2, firstTrainedBlock: 10 });
  engines.push(two, one, frozen);
});
afterAll(() => Promise.all(engines.map((engine) => engine.close())));

test('pieces and workers change nothing but the last bits', async () => {
  const batch = batchOf(7);
  two.weights.set(startingWeights);
  one.weights.set(startingWeights);
  const [a, b] = [await two.step(batch), await one.step(batch)];
  expect(a.loss).toBeCloseTo(b.loss, 5);
  expect(a.logits).toHaveLength(28);
  a.logits.forEach((logit, i) => expect(logit).toBeCloseTo(b.logits[i]!, 3));
  const difference = length(two.gradients.map((value, i) => value - one.gradients[i]!));
  expect(difference / length(one.gradients)).toBeLessThan(1e-4);
});

test('the same weights and batch give the same bits', async () => {
  two.weights.set(startingWeights);
  const first = await two.step(batchOf(10));
  const gradients = Float32Array.from(two.gradients);
  for (let repeat = 0; repeat < 5; repeat++) {
    await two.step(batchOf(3));
    expect(await two.step(batchOf(10))).toEqual(first);
    expect(Float32Array.from(two.gradients)).toEqual(gradients);
  }
  const other = await OnnxEngine.create({ network, workers: 2, pictures: 2 });
  engines.push(other);
  other.weights.set(startingWeights);
  expect(await other.step(batchOf(10))).toEqual(first);
  expect(Float32Array.from(other.gradients)).toEqual(gradients);
});

test('frozen parameters have no gradient, the others the same as without freezing', async () => {
  const batch = batchOf(6);
  two.weights.set(startingWeights);
  frozen.weights.set(startingWeights);
  await two.step(batch);
  await frozen.step(batch);
  const firstTrained = vector.segments.find(({ name }) => name.startsWith('block9.'))!.offset;
  expect(frozen.gradients.subarray(0, firstTrained).every((value) => value === 0)).toBe(true);
  expect(frozen.gradients.subarray(firstTrained)).toEqual(two.gradients.subarray(firstTrained));
});

test('with an optimiser it learns, and the evaluation agrees with the step', async () => {
  two.weights.set(startingWeights);
  const optimiser = new AdamW(vector.length, [
    { offset: 0, length: vector.length, rateFactor: 1, weightDecay: 1e-4 },
  ]);
  const batch = batchOf(16);
  const losses: number[] = [];
  for (let step = 1; step <= 30; step++) {
    losses.push((await two.step(batch)).loss);
    optimiser.update(two.weights, two.gradients, step, 1e-3);
  }
  expect(losses.at(-1)!).toBeLessThan(0.1 * losses[0]!);
  const { logits } = await two.step(batch);
  const evaluated = await two.evaluate(batch.images, 16);
  evaluated.forEach((logit, i) => expect(logit).toBeCloseTo(logits[i]!, 4));
});

test('an engine that was closed refuses to work', async () => {
  const closed = await OnnxEngine.create({ network, workers: 1 });
  await closed.close();
  await expect(closed.step(batchOf(1))).rejects.toThrow('the training thread ended');
});
