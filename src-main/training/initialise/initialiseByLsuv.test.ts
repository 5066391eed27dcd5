import { beforeAll, expect, test } from 'vitest';
import { normalNumbers, runGraph } from '../../../tests/golden/runGraph.ts';
import { GraphBuilder, sizeOf, type Value } from '../../network/GraphBuilder.ts';
import { plainLayout } from '../../network/layout/plain.ts';
import { describeMobileNetV2 } from '../../network/mobileNetV2.ts';
import { add, scale, subtract } from '../../network/operators.ts';
import type { Weights } from '../../network/weights.ts';
import { OnnxEngine } from '../engines/onnx/OnnxEngine.ts';
import { AdamW } from '../optimisers/AdamW.ts';
import { ParameterVector } from '../ParameterVector.ts';
import { initialiseByLsuv } from './initialiseByLsuv.ts';

const network = describeMobileNetV2({ widthMultiplier: 0.25, inputSize: 64, inputChannels: 1, classes: 4 });
const count = 16;
const random = normalNumbers(7);
/** Black around a bright disc whose place is the class, with some noise. */
const images = Float32Array.from({ length: count * 4096 }, (_, place) => {
  const [picture, row, column] = [Math.floor(place / 4096), Math.floor((place % 4096) / 64), place % 64];
  const [centreRow, centreColumn] = [picture & 1 ? 40 : 24, picture & 2 ? 40 : 24];
  const isInside = (row - centreRow) ** 2 + (column - centreColumn) ** 2 < 250;
  return isInside ? Math.min(255, Math.max(0, 150 + 25 * random())) : 0;
});

let weights: Weights;
beforeAll(async () => {
  weights = await initialiseByLsuv(network, images, 11);
});

/** The answers of every convolution before ReLU6, by an ordinary forward graph of its own. */
async function answers(): Promise<Record<string, Float32Array>> {
  const graph = new GraphBuilder();
  const layout = plainLayout(graph);
  const input = graph.input('image', [count, 1, 64, 64]);
  let flow: Value = subtract(graph, scale(graph, input, 1 / 127.5), graph.constant([1], []));
  for (const { convolutions, isResidual } of network.blocks) {
    const blockInput = flow;
    for (const convolution of convolutions) {
      const [forward, bias] = ['weight', 'bias'].map((kind) => {
        const { shape, values } = weights.get(`${convolution.name}.${kind}`)!;
        return graph.constant(values, shape);
      });
      const filters = { forward: forward!, bias: bias!, backward: [] };
      graph.output(
        convolution.name,
        layout.convolve({ ...convolution, hasActivation: false }, flow, filters),
      );
      flow = layout.convolve(convolution, flow, filters);
    }
    if (isResidual) flow = add(graph, flow, blockInput);
  }
  return runGraph(graph.encode(), { image: { shape: input.shape, values: images } });
}

function variance(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}

test('every layer answers real pictures with variance 1', async () => {
  const found = Object.entries(await answers());
  expect(found).toHaveLength(52);
  for (const [name, values] of found) expect(variance(values), name).toBeCloseTo(1, 2);
});

test('biases are 0, and the seed decides about the rest', async () => {
  for (const { name, shape } of network.parameters) {
    const { values } = weights.get(name)!;
    expect(values).toHaveLength(sizeOf(shape));
    expect(
      values.every((value) => value === 0),
      name,
    ).toBe(name.endsWith('.bias'));
  }
  expect(await initialiseByLsuv(network, images, 11)).toEqual(weights);
  const other = await initialiseByLsuv(network, images, 12);
  expect(other.get('stem.weight')).not.toEqual(weights.get('stem.weight'));
});

test('from such weights a network learns', async () => {
  const engine = await OnnxEngine.create({ network, workers: 1 });
  const vector = new ParameterVector(network);
  vector.write(network, weights, engine.weights);
  const optimiser = new AdamW(vector.length, [
    { offset: 0, length: vector.length, rateFactor: 1, weightDecay: 1e-4 },
  ]);
  const batch = {
    count,
    images,
    targets: Float32Array.from({ length: count * 4 }, (_, i) => Number(i % 4 === Math.floor(i / 4) % 4)),
    sampleWeights: new Float32Array(count).fill(1 / count),
    dropout: new Float32Array(count * network.featureChannels).fill(1),
  };
  const { loss, logits } = await engine.step(batch);
  expect(variance(logits)).toBeCloseTo(1, 2);
  for (let step = 1; step <= 20; step++) {
    await engine.step(batch);
    optimiser.update(engine.weights, engine.gradients, step, 1e-3);
  }
  const learnt = await engine.step(batch);
  await engine.close();
  expect(learnt.loss).toBeLessThan(0.2 * loss);
});

test('pictures without any difference are refused', async () => {
  const small = describeMobileNetV2({ widthMultiplier: 0.25, inputSize: 32, inputChannels: 1, classes: 4 });
  const grey = new Float32Array(2 * 1024).fill(127.5);
  await expect(initialiseByLsuv(small, grey, 1)).rejects.toMatchObject({ code: 'invalid-input' });
});
