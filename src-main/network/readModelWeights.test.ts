import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LoadedModel } from '../../src-shared/domain/inference.ts';
import type { UserError } from '../../src-shared/errors.ts';
import { inventWeights, smallNetwork } from '../../tests/fixtures/smallModel.ts';
import { writeSmallModel } from '../../tests/fixtures/writeSmallModel.ts';
import { forwardGraph, type WeightPrecision } from './forwardGraph.ts';
import { GraphBuilder } from './GraphBuilder.ts';
import { fingerprintOf, loadModel } from './loadModel.ts';
import { describeMobileNetV2 } from './mobileNetV2.ts';
import { readModelWeights } from './readModelWeights.ts';
import type { Weights } from './weights.ts';

const weights = inventWeights(smallNetwork, 3);
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-weights-'));
});

afterEach(() => rm(folder, { recursive: true }));

const written = (precision: WeightPrecision): Promise<LoadedModel> =>
  writeSmallModel(join(folder, 'small'), { weights, precision });

/** Another graph under the card of a model. */
async function withGraph(model: LoadedModel, graph: Uint8Array): Promise<LoadedModel> {
  await writeFile(join(model.folder, 'model.onnx'), graph);
  return { ...model, fingerprint: fingerprintOf(graph) };
}

const failureOf = (work: Promise<unknown>): Promise<UserError> =>
  work.then(
    () => Promise.reject(new Error('did not fail')),
    (error: unknown) => error as UserError,
  );

test('float32 weights come back bit for bit', async () => {
  const found = await readModelWeights(await written('float32'));
  expect(found.network).toEqual(smallNetwork);
  expect(found.weights).toEqual(weights);
});

test('float16 weights come back as they were rounded, and written again they make the same file', async () => {
  const model = await written('float16');
  const found = await readModelWeights(model);
  for (const [name, { shape, values }] of weights) {
    const expected = shape.length === 4 ? values.map(Math.f16round) : values;
    expect(found.weights.get(name), name).toEqual({ shape, values: expected });
  }
  const again = forwardGraph(found.network, found.weights, 'float16');
  expect(fingerprintOf(again)).toBe(model.fingerprint);
});

test('the weights of the shipped model come out as they lie in it', async () => {
  const model = await loadModel('models/combined');
  const found = await readModelWeights(model);
  expect(found.network).toMatchObject({ widthMultiplier: 1, inputSize: 224, inputChannels: 1, classes: 4 });
  expect(found.weights.size).toBe(106);
  const classifier = found.weights.get('classifier.weight')!.values;
  for (const [row, feature] of [
    [0, 0],
    [3, 1279],
  ] as const)
    expect(classifier[feature * 4 + row]).toBe(model.classifierWeight[row * 1280 + feature]);
});

test('a file that changed since it was loaded is damaged', async () => {
  const model = await written('float32');
  await appendFile(join(model.folder, 'model.onnx'), 'x');
  expect(await failureOf(readModelWeights(model))).toMatchObject({ code: 'model-damaged' });
});

test('weights that are not numbers are damage', async () => {
  const model = await written('float32');
  const { shape, values } = weights.get('block4.expand.bias')!;
  const spoilt: Weights = new Map([
    ...weights,
    ['block4.expand.bias', { shape, values: values.with(3, Number.NaN) }],
  ]);
  const changed = await withGraph(model, forwardGraph(smallNetwork, spoilt, 'float32'));
  expect(await failureOf(readModelWeights(changed))).toMatchObject({
    code: 'model-damaged',
    detail: { reason: '“block4.expand.bias” holds values that are not numbers.' },
  });
});

test('another network is refused with what differs', async () => {
  const model = await written('float32');
  const wider = describeMobileNetV2({ ...smallNetwork, widthMultiplier: 0.5 });
  const another = await withGraph(model, forwardGraph(wider, inventWeights(wider, 1), 'float32'));
  expect(await failureOf(readModelWeights(another))).toMatchObject({
    code: 'invalid-input',
    detail: {
      reason:
        'The weights of “small” cannot be taken over: “stem.weight” should be 8 × 1 × 3 × 3 and is 16 × 1 × 3 × 3.',
    },
  });
});

test.each([
  ['no constants', 'it has no constant “stem.weight”', (graph: GraphBuilder) => graph],
  [
    'our constants and no convolution',
    'it has 0 convolutions instead of 52',
    (graph: GraphBuilder) => {
      for (const [name, { shape, values }] of weights) graph.constant(values, shape, name);
    },
  ],
])('a graph with %s is refused', async (_, reason, fill) => {
  const graph = new GraphBuilder();
  fill(graph);
  graph.output('copy', graph.input('image', [1]));
  const model = await withGraph(await written('float32'), graph.encode());
  expect((await failureOf(readModelWeights(model))).detail['reason']).toContain(reason);
});

test('our network with a constant more is refused: it may stand for a layer that ours has not', async () => {
  const model = await written('float32');
  const bytes = await readFile(join(model.folder, 'model.onnx'));
  // Two messages on one wire merge: the second graph's constant is added to the first's.
  const graph = new GraphBuilder();
  graph.constant([1, 2], [2], 'bn.gamma');
  const changed = await withGraph(model, Buffer.concat([bytes, graph.encode()]));
  expect((await failureOf(readModelWeights(changed))).detail['reason']).toContain('a constant “bn.gamma”');
});
