import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { normalNumbers, relativeDifference } from '../../../../tests/golden/runGraph.ts';
import { describeMobileNetV2, type Network } from '../../../network/mobileNetV2.ts';
import { AdamW } from '../../optimisers/AdamW.ts';
import { ParameterVector } from '../../ParameterVector.ts';
import type { Batch, StepEngine, StepResult } from '../../StepEngine.ts';
import { OnnxEngine } from '../onnx/OnnxEngine.ts';
import { loadTensorFlow, mendUtilities, type TensorFlow } from './loadTensorFlow.ts';
import { TfjsEngine } from './TfjsEngine.ts';

const grey = describeMobileNetV2({ widthMultiplier: 0.25, inputSize: 32, inputChannels: 1, classes: 4 });
/** Larger maps: at 32 pixels the last ones are a single number. */
const coloured = describeMobileNetV2({ widthMultiplier: 0.25, inputSize: 64, inputChannels: 3, classes: 3 });

/** Variance about 2 / fan-in (He et al. 2015), so that no layer dies; biases so large that some outputs reach 6. */
function randomWeights({ parameters }: Network): Float32Array {
  const random = normalNumbers(3);
  return Float32Array.from(
    parameters.flatMap(({ shape }) => {
      const size = shape.reduce((product, length) => product * length, 1);
      const fanIn = shape.length === 2 ? 300 : size / shape[0]!;
      const spread = shape.length === 1 ? 0.3 : 1.4 / Math.sqrt(fanIn);
      return Array.from({ length: size }, () => spread * random());
    }),
  );
}

/** Soft targets, unequal weights, dropped features. */
function randomBatch({ inputChannels, inputSize, classes, featureChannels }: Network, count: number): Batch {
  const random = normalNumbers(5);
  const targets = Array.from({ length: count }, () => {
    const shares = Array.from({ length: classes }, () => Math.exp(random()));
    const sum = shares.reduce((total, share) => total + share, 0);
    return shares.map((share) => share / sum);
  });
  return {
    count,
    images: Float32Array.from({ length: count * inputChannels * inputSize ** 2 }, () =>
      Math.min(255, Math.max(0, 128 + 80 * random())),
    ),
    targets: Float32Array.from(targets.flat()),
    sampleWeights: Float32Array.from({ length: count }, (_, n) => 0.2 + 0.3 * n),
    dropout: Float32Array.from({ length: count * featureChannels }, () => (random() > -0.8 ? 1.25 : 0)),
  };
}

let tensorFlow: TensorFlow;
const engines: StepEngine[] = [];

/** An engine with the network's random weights, closed when the tests end. */
async function opened<Engine extends StepEngine>(
  network: Network,
  creating: Promise<Engine>,
): Promise<Engine> {
  const engine = await creating;
  engines.push(engine);
  engine.weights.set(randomWeights(network));
  return engine;
}

beforeAll(async () => {
  tensorFlow = await loadTensorFlow({ isNativeWanted: false });
});
afterAll(() => Promise.all(engines.map((engine) => engine.close())));

describe.each([
  ['grey', grey, 0],
  ['grey, the first 9 blocks frozen', grey, 9],
  ['coloured, all but the head frozen', coloured, 18],
  ['coloured', coloured, 0],
])('%s', (_, network, firstTrainedBlock) => {
  const batch = randomBatch(network, 3);
  let tfjs: TfjsEngine;
  let onnx: OnnxEngine;
  let results: [StepResult, StepResult];

  beforeAll(async () => {
    tfjs = await opened(network, TfjsEngine.create({ network, firstTrainedBlock, pictures: 2 }));
    onnx = await opened(network, OnnxEngine.create({ network, firstTrainedBlock, workers: 1 }));
    results = [await tfjs.step(batch), await onnx.step(batch)];
  });

  test('loss and logits are those of the compiled graph', () => {
    const [{ loss, logits }, expected] = results;
    expect(loss / expected.loss).toBeCloseTo(1, 5);
    expect(relativeDifference(logits, expected.logits)).toBeLessThan(1e-4);
  });

  test('every gradient is that of the compiled graph', () => {
    const vector = new ParameterVector(network);
    const trained = new Set(network.blocks.slice(firstTrainedBlock).map(({ name }) => name));
    for (const segment of vector.segments) {
      const [found, expected] = [
        vector.view(tfjs.gradients, segment),
        vector.view<ArrayBufferLike>(onnx.gradients, segment),
      ];
      const isTrained = trained.has(segment.name.split('.')[0]!) || segment.name.startsWith('classifier.');
      expect(
        found.some((value) => value !== 0),
        segment.name,
      ).toBe(isTrained);
      expect(relativeDifference(found, expected), segment.name).toBeLessThan(1e-3);
    }
  });

  test('an evaluation has the logits of a step without dropout', async () => {
    const dropout = new Float32Array(batch.dropout.length).fill(1);
    const { logits } = await tfjs.step({ ...batch, dropout });
    expect(relativeDifference(await tfjs.evaluate(batch.images, 3), logits)).toBeLessThan(1e-5);
  });
});

test('steps and evaluations leave no tensor behind, and the same input gives the same bits', async () => {
  const engine = await opened(grey, TfjsEngine.create({ network: grey }));
  const batch = randomBatch(grey, 2);
  const before = tensorFlow.core.memory().numTensors;
  const first = await engine.step(batch);
  const gradients = Float32Array.from(engine.gradients);
  await engine.evaluate(batch.images, 2);
  expect(await engine.step(batch)).toEqual(first);
  expect(engine.gradients).toEqual(gradients);
  expect(tensorFlow.core.memory().numTensors).toBe(before);
});

test('pieces change nothing but the last bits', async () => {
  const batch = randomBatch(grey, 5);
  const [ones, whole] = [
    await opened(grey, TfjsEngine.create({ network: grey, pictures: 1 })),
    await opened(grey, TfjsEngine.create({ network: grey, pictures: 5 })),
  ];
  const [a, b] = [await ones.step(batch), await whole.step(batch)];
  expect(a.loss).toBeCloseTo(b.loss, 5);
  expect(relativeDifference(a.logits, b.logits)).toBeLessThan(1e-5);
  expect(relativeDifference(ones.gradients, whole.gradients)).toBeLessThan(1e-5);
});

test('with an optimiser it learns', async () => {
  const engine = await opened(grey, TfjsEngine.create({ network: grey }));
  const batch = randomBatch(grey, 4);
  batch.targets = Float32Array.from({ length: 16 }, (_, i) => Number(i % 5 === 0));
  batch.sampleWeights.fill(0.25);
  const optimiser = new AdamW(engine.weights.length, [
    { offset: 0, length: engine.weights.length, rateFactor: 1, weightDecay: 1e-4 },
  ]);
  const losses: number[] = [];
  for (let step = 1; step <= 8; step++) {
    losses.push((await engine.step(batch)).loss);
    optimiser.update(engine.weights, engine.gradients, step, 1e-3);
  }
  expect(losses.at(-1)!).toBeLessThan(0.5 * losses[0]!);
});

test('an engine that was closed refuses to work', async () => {
  const engine = await TfjsEngine.create({ network: grey });
  await engine.close();
  await expect(engine.step(randomBatch(grey, 1))).rejects.toThrow('the engine was closed');
});

test('node:util gets back what tfjs-node calls, and keeps what it has', () => {
  const own = (): string => 'own';
  const utilities: Record<string, unknown> = { isArray: own };
  mendUtilities(utilities);
  const { isNullOrUndefined } = utilities as { isNullOrUndefined: (value: unknown) => boolean };
  expect([null, undefined, 0, ''].map(isNullOrUndefined)).toEqual([true, true, false, false]);
  expect(utilities['isArray']).toBe(own);
});
