import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { sizeOf } from '../../src-main/network/GraphBuilder.ts';
import { forwardGraph } from '../../src-main/network/forwardGraph.ts';
import { gradientGraph } from '../../src-main/network/gradientGraph.ts';
import { blockedLayout } from '../../src-main/network/layout/blocked.ts';
import type { LayoutOf } from '../../src-main/network/layout/Layout.ts';
import { plainLayout } from '../../src-main/network/layout/plain.ts';
import { describeMobileNetV2 } from '../../src-main/network/mobileNetV2.ts';
import { compileTraining, gradientPrefix } from '../../src-main/network/trainingGraph.ts';
import { readWeights, type Tensor } from '../../src-main/network/weights.ts';
import { findBlockSize } from '../../src-main/training/engines/onnx/findBlockSize.ts';
import { float64Step, type PictureStep } from './float64Network.ts';
import { normalNumbers, type Numbers, relativeDifference, runGraph } from './runGraph.ts';

const network = describeMobileNetV2({ widthMultiplier: 0.25, inputSize: 32, inputChannels: 1, classes: 4 });
const batch = 2;
const random = normalNumbers(1);

/** Weights under which no layer dies or saturates everywhere: variance about 2 / fan-in (He et al. 2015). */
const weights = new Map<string, Tensor>(
  network.parameters.map(({ name, shape }) => {
    const isBias = shape.length === 1;
    const fanIn = shape.length === 2 ? 300 : sizeOf(shape.slice(1));
    const spread = isBias ? 0.3 : 1.4 / Math.sqrt(fanIn);
    return [name, { shape, values: Float32Array.from({ length: sizeOf(shape) }, () => spread * random()) }];
  }),
);
const image = Float32Array.from({ length: batch * 32 * 32 }, () =>
  Math.min(255, Math.max(0, 128 + 80 * random())),
);
const inputs = {
  image: { shape: [batch, 1, 32, 32], values: image },
  targets: { shape: [batch, 4], values: [0.9, 0.1, 0, 0, 0, 0.25, 0.25, 0.5] },
  sampleWeights: { shape: [batch, 1], values: [0.3, 0.9] },
  dropout: {
    shape: [batch, network.featureChannels],
    values: Array.from({ length: batch * network.featureChannels }, () => (random() > -0.8 ? 1.25 : 0)),
  },
} satisfies Record<string, Numbers>;

const parameters: Record<string, Numbers> = Object.fromEntries(weights);
const values = new Map([...weights].map(([name, tensor]) => [name, tensor.values]));
const pictures: PictureStep[] = [];

beforeAll(() => {
  for (let n = 0; n < batch; n++) {
    const row = ({ values: all }: { values: ArrayLike<number> }): number[] =>
      Array.from(all).slice((n * all.length) / batch, ((n + 1) * all.length) / batch);
    pictures.push(
      float64Step(network, values, {
        image: row(inputs.image),
        target: row(inputs.targets),
        sampleWeight: inputs.sampleWeights.values[n]!,
        dropout: row(inputs.dropout),
      }),
    );
  }
});

test('the double-precision reference itself agrees with central differences', () => {
  const largest = (numbers: Float64Array): number =>
    numbers.reduce((best, value, i) => (Math.abs(value) > Math.abs(numbers[best]!) ? i : best), 0);
  const lossAt = (name: string, place: number, change: number): number => {
    const moved = Float64Array.from(values.get(name)!);
    moved[place]! += change;
    const row = { image: image.subarray(0, 1024), target: [0.9, 0.1, 0, 0], sampleWeight: 0.3 };
    const dropout = inputs.dropout.values.slice(0, network.featureChannels);
    return float64Step(network, new Map<string, ArrayLike<number>>([...values, [name, moved]]), {
      ...row,
      dropout,
    }).loss;
  };
  for (const name of ['stem.weight', 'block3.depthwise.weight', 'block8.expand.bias', 'classifier.weight']) {
    const gradient = pictures[0]!.gradients.get(name)!;
    const place = largest(gradient);
    const slope = (lossAt(name, place, 1e-6) - lossAt(name, place, -1e-6)) / 2e-6;
    expect(gradient[place]! / slope, name).toBeCloseTo(1, 5);
  }
});

const block = await findBlockSize();
const layouts: [string, LayoutOf][] = [['plain', plainLayout]];
if (block) layouts.push(['blocked', blockedLayout(block)]);

describe.each(layouts)('a training step in the %s layout', (_, layoutOf) => {
  test.each([0, 1, 5, 18, 19])(
    'from block %i on: loss, logits and every gradient',
    async (firstTrainedBlock) => {
      const graphs = compileTraining({ network, layoutOf, batch, firstTrainedBlock });
      const packed = await runGraph(graphs.packing, parameters);
      const filters = Object.fromEntries(
        [...graphs.filters].map(([name, shape]) => [name, { shape, values: packed[name]! }]),
      );
      const found = await runGraph(graphs.step, { ...filters, ...inputs });

      expect(found['loss']![0]).toBeCloseTo(
        pictures.reduce((sum, { loss }) => sum + loss, 0),
        5,
      );
      expect(
        relativeDifference(
          found['logits']!,
          pictures.flatMap(({ logits }) => [...logits]),
        ),
      ).toBeLessThan(1e-5);
      for (const { name } of graphs.trained) {
        const expected = pictures[0]!.gradients
          .get(name)!
          .map((value, i) => value + pictures[1]!.gradients.get(name)![i]!);
        expect(Math.hypot(...expected), name).toBeGreaterThan(0);
        expect(relativeDifference(found[gradientPrefix + name]!, expected), name).toBeLessThan(1e-4);
      }
      const convolutions = network.blocks.slice(firstTrainedBlock).flatMap((one) => one.convolutions);
      expect(graphs.trained).toHaveLength(2 * convolutions.length + 2);
      expect(Object.keys(found)).toHaveLength(graphs.trained.length + 2);
    },
  );

  test('the evaluation gives the logits without dropout', async () => {
    const graphs = compileTraining({ network, layoutOf, batch, firstTrainedBlock: 0 });
    const packed = await runGraph(graphs.packing, parameters);
    const filters = Object.fromEntries(
      graphs.evaluationFilters.map((name) => [
        name,
        { shape: graphs.filters.get(name)!, values: packed[name]! },
      ]),
    );
    const { logits } = await runGraph(graphs.evaluation, { ...filters, image: inputs.image });
    const model = await runGraph(forwardGraph(network, weights, 'float32'), { image: inputs.image });
    expect(relativeDifference(logits!, model['logits']!)).toBeLessThan(1e-5);
  });
});

test('a model with float16 weights answers nearly as one with float32', async () => {
  const single = forwardGraph(network, weights, 'float32');
  const half = forwardGraph(network, weights, 'float16');
  expect(half.length).toBeLessThan(0.6 * single.length);
  const [expected, found] = [
    await runGraph(single, { image: inputs.image }),
    await runGraph(half, { image: inputs.image }),
  ];
  expect(relativeDifference(found['logits']!, expected['logits']!)).toBeLessThan(5e-3);
  expect(expected['features']).toHaveLength(batch * network.featureChannels);
});

test('gradients of the loss follow from those of the logits: activations and picture', async () => {
  const activations = ['head', 'block14', 'block6.expand', 'stem'];
  const graph = gradientGraph({ network, weights, batch: 1, activations, isImageWanted: true });
  const classifier = weights.get('classifier.weight')!.values;
  const featureSum = (c: number): number => {
    let sum = 0;
    for (let f = 0; f < network.featureChannels; f++) sum += classifier[f * 4 + c]!;
    return sum;
  };
  // Any weights of the logits will do; those of the loss, without dropout, give the loss's own gradient.
  const ones = new Float64Array(network.featureChannels).fill(1);
  const picture = image.subarray(0, 1024);
  const step = float64Step(network, values, {
    image: picture,
    target: [1, 0, 0, 0],
    sampleWeight: 1,
    dropout: ones,
  });
  const logitWeights = step.gradients.get('classifier.bias')!;
  const found = await runGraph(graph, {
    image: { shape: [1, 1, 32, 32], values: picture },
    logitWeights: { shape: [1, 4], values: logitWeights },
  });
  expect(relativeDifference(found['logits']!, step.logits)).toBeLessThan(1e-5);
  expect(relativeDifference(found['gradient.image']!, step.imageGradient)).toBeLessThan(1e-4);
  expect(Object.keys(found).sort()).toEqual(
    ['logits', 'gradient.image', ...activations, ...activations.map((name) => `gradient.${name}`)].sort(),
  );
  // At the last maps the gradient is the classifier's row (their mean is over one cell here).
  const expected = [0, 1, 2, 3].reduce((sum, c) => sum + logitWeights[c]! * featureSum(c), 0);
  expect(found['gradient.head']!.reduce((sum, value) => sum + value, 0)).toBeCloseTo(expected, 4);
  expect(() =>
    gradientGraph({ network, weights, batch: 1, activations: ['block99'], isImageWanted: false }),
  ).toThrow();
});

const imageNet = '../shared/data/mobilenetv2-imagenet';
describe.skipIf(!existsSync(imageNet))('with the ImageNet weights (needs ../shared)', () => {
  const bytes = (name: string): Buffer => readFileSync(join(imageNet, name));

  test.each([
    ['cat.png', { 'Egyptian cat': 9.0, tabby: 7.2, 'tiger cat': 6.9 }],
    ['hot_dog.jpg', { hotdog: 8.2 }],
  ])('%s gives the logits that its description names', async (file, expected) => {
    const full = describeMobileNetV2({ widthMultiplier: 1, inputSize: 224, inputChannels: 3, classes: 1001 });
    const trained = readWeights(JSON.parse(bytes('weights.json').toString()), bytes('weights.bin'));
    const model = forwardGraph(full, trained, 'float32');
    const { data } = await sharp(bytes(file))
      .removeAlpha()
      .resize(224, 224, { fit: 'fill' })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const planes = Float32Array.from(
      { length: 3 * 224 * 224 },
      (_, i) => data[(i % 50176) * 3 + Math.floor(i / 50176)]!,
    );
    const { logits } = await runGraph(model, { image: { shape: [1, 3, 224, 224], values: planes } });
    const labels = bytes('labels.txt').toString().split('\n');
    const ranking = [...logits!.keys()].sort((a, b) => logits![b]! - logits![a]!);
    const best = ranking
      .slice(0, Object.keys(expected).length)
      .map((i) => [labels[i]!.split(',')[0]!.trim(), logits![i]!] as const);
    expect(best.map(([label]) => label)).toEqual(Object.keys(expected));
    // Resizing differs between libraries.
    for (const [label, logit] of best)
      expect(Math.abs(logit - expected[label as keyof typeof expected])).toBeLessThan(0.6);
  });
});
