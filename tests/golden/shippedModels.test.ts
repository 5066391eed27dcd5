import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { explainSlice } from '../../src-main/explain/explainSlice.ts';
import { forkChannel } from '../../src-main/inference/forkChannel.ts';
import { goldenInputs } from '../../src-main/inference/goldenInputs.ts';
import { InferenceChild } from '../../src-main/inference/InferenceChild.ts';
import { graphFileName, listModels, loadModel } from '../../src-main/network/loadModel.ts';
import { readModelWeights } from '../../src-main/network/readModelWeights.ts';
import { readTrainingImages } from '../../src-main/training/evaluation/TrainingImages.ts';
import { planes } from '../../src-shared/domain/plane.ts';
import type { TumourClass } from '../../src-shared/domain/tumourClass.ts';
import { convolve, type Maps } from './float64Network.ts';

const shipped = await listModels('models');

test('there is a model of each kind', () => {
  expect(shipped.map(({ name }) => name)).toEqual(['combined', 'plane', ...planes].sort());
});

describe.each(shipped)('$name', ({ name, folder, card }) => {
  test('is what its folder and its card promise', async () => {
    expect(card).toMatchObject({ name, isPrototype: false });
    expect(card.task).toBe(name === 'plane' ? 'plane' : 'tumour-class');
    if (name !== 'plane') expect(card.subset).toBe(name);
    expect(card.temperature).toBeGreaterThan(0);
    expect(card.conformal?.coverage).toBe(0.9);
    const named = card.metrics.map((metric) => metric.name);
    expect(named).toEqual(expect.arrayContaining(['accuracy', 'ece', 'loss', 'coverage']));
    if (name !== 'plane') expect(named).toContain('falseTumourRate');
    expect((await stat(join(folder, graphFileName))).size).toBeLessThan(5e6);
    expect((await readTrainingImages(folder)).size).toBeGreaterThan(500);
  });
});

test('logits, features and heatmap of “combined” equal the network in double precision, in plain loops', async () => {
  const model = await loadModel('models/combined');
  const { network, weights } = await readModelWeights(model);
  const inputs = goldenInputs(1, network.inputSize);
  const inference = new InferenceChild(() => forkChannel());
  const result = await inference.run({ model, provider: 'cpu', inputs, count: 1, wantsFeatures: true });

  const valuesOf = (parameter: string): Float32Array => weights.get(parameter)!.values;
  let flow: Maps = {
    channels: 1,
    size: network.inputSize,
    values: Float64Array.from(inputs, (grey) => grey / 127.5 - 1),
  };
  for (const { convolutions, isResidual } of network.blocks) {
    const before = flow;
    for (const one of convolutions)
      flow = convolve(one, flow, valuesOf(`${one.name}.weight`), valuesOf(`${one.name}.bias`));
    if (isResidual) flow.values.forEach((value, i) => (flow.values[i] = value + before.values[i]!));
  }
  const cells = network.featureSize ** 2;
  const features = result.features!;
  flow.values.forEach((value, i) => expect(Math.abs(features[i]! - value)).toBeLessThan(1e-3));

  const [weight, bias] = [valuesOf('classifier.weight'), valuesOf('classifier.bias')];
  const best = result.logits.indexOf(Math.max(...result.logits));
  const heat = new Float64Array(cells);
  for (let k = 0; k < network.classes; k++) {
    const sums = Array.from({ length: cells }, (_, cell) => {
      let sum = 0;
      for (let c = 0; c < network.featureChannels; c++)
        sum += (flow.values[c * cells + cell]! * weight[c * network.classes + k]!) / cells;
      return sum;
    });
    expect(result.logits[k]).toBeCloseTo(bias[k]! + sums.reduce((total, sum) => total + sum, 0), 3);
    if (k === best) heat.set(sums.map((sum) => Math.max(0, sum)));
  }
  const region = { top: 0, left: 0, height: network.inputSize, width: network.inputSize };
  const heatmap = await explainSlice(
    {
      method: 'grad-cam',
      layer: '7',
      class: model.card.classes[best] as TumourClass,
      against: null,
      samples: null,
      seed: 0,
    },
    { input: inputs, region, logits: result.logits, features },
    { model, provider: 'cpu', inference },
  );
  inference.close();
  heatmap.values.forEach((value, cell) => expect(value).toBeCloseTo(heat[cell]!, 4));
});
