import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addNoise } from '../../src-main/explain/core/addNoise.ts';
import type { AnsweredPicture } from '../../src-main/explain/core/Question.ts';
import { explainSlice } from '../../src-main/explain/explainSlice.ts';
import { forkChannel } from '../../src-main/inference/forkChannel.ts';
import { InferenceChild } from '../../src-main/inference/InferenceChild.ts';
import { describeMobileNetV2, type Block } from '../../src-main/network/mobileNetV2.ts';
import { convolveBlock } from '../../src-main/training/engines/tfjs/convolveBlock.ts';
import { loadTensorFlow, type TensorFlow } from '../../src-main/training/engines/tfjs/loadTensorFlow.ts';
import { writeModelFolder } from '../../src-main/training/modelFolder/writeModelFolder.ts';
import type { ExplanationMethod } from '../../src-shared/domain/analysis.ts';
import type { LoadedModel } from '../../src-shared/domain/inference.ts';
import { tumourClasses } from '../../src-shared/domain/tumourClass.ts';
import { inventPictures, inventWeights, smallModelCard } from '../fixtures/smallModel.ts';
import { relativeDifference } from './runGraph.ts';

// Heatmaps from TensorFlow.js's own derivatives, weighted here as the papers write it, on a small invented network.

const size = 64;
const network = describeMobileNetV2({ widthMultiplier: 0.25, inputSize: size, inputChannels: 1, classes: 4 });
const weights = inventWeights(network, 5);
const input = inventPictures(1, size, 6);
const [classIndex, seed] = [2, 3];
const inference = new InferenceChild(() => forkChannel());
let folder: string;
let model: LoadedModel;
let picture: AnsweredPicture;
let tf: TensorFlow['core'];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-explanations-'));
  const content = { network, weights, precision: 'float32', card: smallModelCard, trainingImages: '' } as const;
  model = await writeModelFolder(join(folder, 'model'), content);
  const request = { model, provider: 'cpu', inputs: input, count: 1, wantsFeatures: true } as const;
  const { logits, features } = await inference.run(request);
  picture = { input, region: { top: 0, left: 0, height: size, width: size }, logits, features: features! };
  ({ core: tf } = await loadTensorFlow({ isNativeWanted: false }));
});
afterAll(async () => {
  inference.close();
  await rm(folder, { recursive: true });
});

/** The network in pieces, cut behind the activation of one convolution. */
function cutBehind(name: string): { before: Block[]; behind: Block[] } {
  const at = network.blocks.findIndex(({ convolutions }) => convolutions.some((one) => one.name === name));
  const block = network.blocks[at]!;
  const cut = block.convolutions.findIndex((one) => one.name === name) + 1;
  // The blocks of the layers that are explained make their maps smaller, so nothing is added to what they give.
  expect(block.isResidual).toBe(false);
  const [head, tail] = [block.convolutions.slice(0, cut), block.convolutions.slice(cut)];
  return {
    before: [...network.blocks.slice(0, at), { ...block, convolutions: head }],
    behind: [...(tail.length > 0 ? [{ ...block, convolutions: tail }] : []), ...network.blocks.slice(at + 1)],
  };
}

const parameter = (name: string): Tensor => {
  const { shape, values } = weights.get(name)!;
  return tf.tensor(values, [...shape]);
};
const through = (blocks: readonly Block[], flow: Tensor4D): Tensor4D =>
  blocks.reduce((now, block) => convolveBlock(tf, block, now, parameter), flow);
const scaled = (image: Tensor4D): Tensor4D => tf.sub(tf.div(image, 127.5), 1);
const pictureOf = (values: Float32Array): Tensor4D => tf.tensor4d(values, [1, size, size, 1]);

/** The logit that is explained, of the maps before the rest of the network. */
function logit(maps: Tensor4D, behind: readonly Block[]): Tensor {
  const pooled = tf.mean(through(behind, maps), [1, 2]);
  const logits = tf.add(tf.matMul(pooled, parameter('classifier.weight')), parameter('classifier.bias'));
  return tf.sum(tf.slice(logits, [0, classIndex], [1, 1]));
}

interface Maps {
  /** A and ∂S/∂A, [channel][cell]. */
  a: number[][];
  g: number[][];
}

const layers = { '7': 'head', '14': 'block13.expand', '28': 'block6.expand' } as const;
type Layer = keyof typeof layers;

function mapsOf(layer: Layer, image: Float32Array): Maps {
  return tf.tidy(() => {
    const { before, behind } = cutBehind(layers[layer]);
    const maps = through(before, scaled(pictureOf(image)));
    const gradient = tf.grad((x) => logit(x as Tensor4D, behind))(maps);
    const channelsFirst = (tensor: Tensor): number[][] =>
      tf.transpose(tf.reshape(tensor, [-1, maps.shape[3]])).arraySync() as number[][];
    return { a: channelsFirst(maps), g: channelsFirst(gradient) };
  });
}

function imageGradient(image: Float32Array): Float32Array {
  return tf.tidy(() =>
    tf
      .grad((x) => logit(scaled(x as Tensor4D), network.blocks))(pictureOf(image))
      .dataSync<'float32'>(),
  );
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;
/** `ReLU(Σ_k w_k(i) · A_k(i))` */
const weighted = (a: number[][], weightOf: (channel: number, cell: number) => number): number[] =>
  a[0]!.map((_, cell) => Math.max(0, sum(a.map((map, channel) => weightOf(channel, cell) * map[cell]!))));
const noisy = (copy: number): Float32Array => addNoise(input, seed, copy);

function gradCamPlusPlus({ a, g }: Maps): number[] {
  const weightOf = a.map((map, k) =>
    sum(g[k]!.map((d) => (d > 0 ? (d * d * d) / (2 * d ** 2 + d ** 3 * sum(map)) : 0))),
  );
  return weighted(a, (k) => weightOf[k]!);
}

function smoothGradCamPlusPlus(layer: Layer, copies: number): number[] {
  const clean = mapsOf(layer, input);
  const each = Array.from({ length: copies }, (_, copy) => mapsOf(layer, noisy(copy)));
  const average = (value: (maps: Maps) => number): number => mean(each.map(value));
  const weightOf = clean.a.map((map, k) =>
    sum(
      map.map((_, i) => {
        const [d1, d2, d3] = [1, 2, 3].map((power) => average(({ g }) => g[k]![i]! ** power)) as [
          number,
          number,
          number,
        ];
        const below = 2 * d2 + d3 * sum(map);
        return below > 0 ? (d2 / below) * Math.max(0, d1) : 0;
      }),
    ),
  );
  const maps = clean.a.map((map, k) => map.map((_, i) => average(({ a }) => a[k]![i]!)));
  return weighted(maps, (k) => weightOf[k]!);
}

const integratedGradients = (steps: number): number[] => {
  const each = Array.from({ length: steps }, (_, step) =>
    imageGradient(input.map((grey) => (grey * (step + 0.5)) / steps)),
  );
  return Array.from(input, (grey, pixel) => grey * mean(each.map((gradient) => gradient[pixel]!)));
};
const smoothGrad = (copies: number): number[] => {
  const each = Array.from({ length: copies }, (_, copy) => imageGradient(noisy(copy)));
  return Array.from(input, (_, pixel) => Math.abs(mean(each.map((gradient) => gradient[pixel]!))));
};

const ofLayers = (['7', '14', '28'] as const).flatMap((layer): [ExplanationMethod, Layer, () => number[]][] => {
  const maps = (): Maps => mapsOf(layer, input);
  return [
    ['grad-cam', layer, () => (({ a, g }) => weighted(a, (k) => mean(g[k]!)))(maps())],
    ['hires-cam', layer, () => (({ a, g }) => weighted(a, (k, i) => g[k]![i]!))(maps())],
    ['layer-cam', layer, () => (({ a, g }) => weighted(a, (k, i) => Math.max(0, g[k]![i]!)))(maps())],
    [
      'xgrad-cam',
      layer,
      () =>
        (({ a, g }) =>
          weighted(a, (k) => {
            const total = sum(a[k]!);
            return total > 0 ? sum(a[k]!.map((value, i) => (value * g[k]![i]!) / total)) : 0;
          }))(maps()),
    ],
    ['grad-cam++', layer, () => gradCamPlusPlus(maps())],
    ['smooth-grad-cam++', layer, () => smoothGradCamPlusPlus(layer, 3)],
  ];
});
const ofPictures: [ExplanationMethod, Layer | null, () => number[]][] = [
  ['integrated-gradients', null, () => integratedGradients(3)],
  ['smooth-grad', null, () => smoothGrad(3)],
];

test.each([...ofLayers, ...ofPictures])('%s at %s is that of TensorFlow.js’s derivatives', async (method, layer, expected) => {
  const { values } = await explainSlice(
    {
      method,
      layer: layer ?? '7',
      class: tumourClasses[classIndex]!,
      against: null,
      samples: 3,
      seed,
    },
    picture,
    { model, provider: 'cpu', inference },
  );
  const wanted = expected();
  expect(Math.max(...wanted)).toBeGreaterThan(0);
  expect(relativeDifference(values, wanted)).toBeLessThan(1e-3);
});
