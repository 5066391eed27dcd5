import { mkdir, mkdtemp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { normalNumbers, relativeDifference, runGraph } from '../../../tests/golden/runGraph.ts';
import { forwardGraph } from '../../network/forwardGraph.ts';
import { sizeOf } from '../../network/GraphBuilder.ts';
import { describeMobileNetV2, type Network } from '../../network/mobileNetV2.ts';
import type { Weights } from '../../network/weights.ts';
import { loadTensorFlow, type TensorFlow } from '../engines/tfjs/loadTensorFlow.ts';
import { readLayersModel } from './readLayersModel.ts';
import { writeLayersModel } from './writeLayersModel.ts';

const network = describeMobileNetV2({ widthMultiplier: 0.25, inputSize: 64, inputChannels: 1, classes: 4 });
const random = normalNumbers(9);
/** Variance about 2 / fan-in (He et al. 2015). */
const weights: Weights = new Map(
  network.parameters.map(({ name, shape }) => {
    const fanIn = shape.length === 2 ? 300 : sizeOf(shape.slice(1));
    const spread = shape.length === 1 ? 0.3 : 1.4 / Math.sqrt(fanIn);
    const values = Float32Array.from({ length: sizeOf(shape) }, () => spread * random());
    return [name, { shape, values }];
  }),
);

/** As much of `model.json` as the tests change. */
interface Document {
  modelTopology: { config: { layers: { class_name: string; config: Record<string, unknown> }[] } };
  weightsManifest: { paths: string[]; weights: { name: string; shape: number[]; dtype: string }[] }[];
}

let folder: string;
let written: string;
let tensorFlow: TensorFlow;

beforeAll(async () => {
  tensorFlow = await loadTensorFlow({ isNativeWanted: false });
  folder = await mkdtemp(join(tmpdir(), 'bratum-layers-'));
  written = join(folder, 'written');
  await mkdir(written);
  await writeLayersModel(written, network, weights);
});
afterAll(() => rm(folder, { recursive: true }));

async function readDocument(model: string): Promise<Document> {
  return JSON.parse(await readFile(join(model, 'model.json'), 'utf8')) as Document;
}

/** The model as TensorFlow.js itself loads it. */
async function load(model: string): Promise<LayersModel> {
  const { modelTopology, weightsManifest } = await readDocument(model);
  const { paths, weights: weightSpecs } = weightsManifest[0]!;
  const files = await Promise.all(paths.map((path) => readFile(join(model, path))));
  const weightData = new Uint8Array(Buffer.concat(files)).buffer;
  const { io } = tensorFlow.core;
  const specs = weightSpecs as Parameters<typeof io.decodeWeights>[1];
  return tensorFlow.layers.loadLayersModel(io.fromMemory({ modelTopology, weightSpecs: specs, weightData }));
}

function randomPictures({ inputChannels, inputSize }: Network, count: number): Float32Array {
  return Float32Array.from({ length: count * inputChannels * inputSize ** 2 }, () =>
    Math.min(255, Math.max(0, 128 + 80 * random())),
  );
}

/** What our own graph makes of pictures, [picture][channel][row][column]. */
async function ourLogits(one: Network, trained: Weights, pictures: Float32Array): Promise<Float32Array> {
  const shape = [1, one.inputChannels, one.inputSize, one.inputSize];
  const all = { shape: [pictures.length / sizeOf(shape), ...shape.slice(1)], values: pictures };
  return (await runGraph(forwardGraph(one, trained, 'float32'), { image: all }))['logits']!;
}

/** What a LayersModel makes of the same pictures. */
function theirLogits(model: LayersModel, one: Network, pictures: Float32Array): Float32Array {
  const { core } = tensorFlow;
  const { inputChannels, inputSize } = one;
  return core.tidy(() => {
    const input = core.tensor4d(pictures, [
      pictures.length / (inputChannels * inputSize ** 2),
      inputChannels,
      inputSize,
      inputSize,
    ]);
    const output = model.predict(core.transpose(input, [0, 2, 3, 1])) as ReturnType<typeof core.tensor>;
    return Float32Array.from(output.dataSync());
  });
}

test('what was written is read back exactly', async () => {
  const found = await readLayersModel(written);
  expect(found.network).toEqual(network);
  expect(found.weights).toEqual(weights);
});

test('TensorFlow.js loads what was written, and finds the logits that our graph finds', async () => {
  const pictures = randomPictures(network, 2);
  const model = await load(written);
  const difference = relativeDifference(
    theirLogits(model, network, pictures),
    await ourLogits(network, weights, pictures),
  );
  model.dispose();
  expect(difference).toBeLessThan(1e-4);
});

test('weights of more than one file are read back', async () => {
  const wide = describeMobileNetV2({ widthMultiplier: 0.75, inputSize: 32, inputChannels: 3, classes: 2 });
  const values = new Map(
    wide.parameters.map(({ name, shape }, place) => {
      return [
        name,
        { shape, values: new Float32Array(sizeOf(shape)).map((_, i) => place + i / 1000) },
      ] as const;
    }),
  );
  const target = join(folder, 'wide');
  await mkdir(target);
  await writeLayersModel(target, wide, values);
  expect((await readDocument(target)).weightsManifest[0]!.paths).toHaveLength(2);
  const found = await readLayersModel(target);
  expect(found).toEqual({ network: wide, weights: values });
});

/** Keras' own MobileNetV2: zero padding before stride 2, batch normalisation, colour pictures in −1…1, softmax. */
function kerasModel({ blocks, inputSize, classes }: Network): LayersModel {
  const { input, layers, model } = tensorFlow.layers;
  const pixels = input({ shape: [inputSize, inputSize, 3] });
  let flow: SymbolicTensor = pixels;
  const then = (layer: { apply: (input: SymbolicTensor) => unknown }): void => {
    flow = layer.apply(flow) as SymbolicTensor;
  };
  for (const { convolutions, isResidual, name: block } of blocks) {
    const blockInput = flow;
    for (const { name: dotted, kind, kernelSize, stride, outputChannels, hasActivation } of convolutions) {
      const name = dotted.replace('.', '_');
      if (stride === 2)
        then(
          layers.zeroPadding2d({
            padding: [
              [0, 1],
              [0, 1],
            ],
            name: `${name}_pad`,
          }),
        );
      const padding = stride === 2 ? ('valid' as const) : ('same' as const);
      const settings = { kernelSize, strides: stride, padding, useBias: false, name };
      then(
        kind === 'depthwise'
          ? layers.depthwiseConv2d(settings)
          : layers.conv2d({ ...settings, filters: outputChannels }),
      );
      then(layers.batchNormalization({ epsilon: 1e-3, axis: 3, name: `${name}_BN` }));
      if (hasActivation) then(layers.reLU({ maxValue: 6, name: `${name}_relu` }));
    }
    if (isResidual) flow = layers.add({ name: `${block}_add` }).apply([blockInput, flow]) as SymbolicTensor;
  }
  then(layers.globalAveragePooling2d({ name: 'pool' }));
  then(layers.dense({ units: classes, activation: 'softmax', name: 'predictions' }));
  return model({ inputs: pixels, outputs: flow });
}

/** He-normal kernels; statistics such as training leaves behind, variances all above 1, or rounding would grow from layer to layer. */
function setRandomWeights(model: LayersModel): void {
  const { core } = tensorFlow;
  for (const layer of model.layers) {
    const values = layer.weights.map(({ name, shape }) => {
      const size = sizeOf(shape as number[]);
      const fanIn = name.includes('depthwise') ? 9 : size / shape.at(-1)!;
      const draw = (): number => {
        if (name.includes('moving_variance')) return 1 + random() ** 2;
        if (name.includes('gamma')) return 1 + 0.2 * random();
        return (shape.length === 1 ? 0.3 : 1.4 / Math.sqrt(fanIn)) * random();
      };
      return core.tensor(Float32Array.from({ length: size }, draw), shape as number[]);
    });
    layer.setWeights(values);
    core.dispose(values);
  }
}

async function saveModel(model: LayersModel, target: string, isConverted: boolean): Promise<void> {
  const { io } = tensorFlow.core;
  await mkdir(target);
  await model.save(
    io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
      await writeFile(join(target, 'weights.bin'), new Uint8Array(io.CompositeArrayBuffer.join(weightData)));
      const topology = isConverted ? { keras_version: '2.7.0', model_config: modelTopology } : modelTopology;
      const weightsManifest = [{ paths: ['weights.bin'], weights: weightSpecs }];
      await writeFile(
        join(target, 'model.json'),
        JSON.stringify({ modelTopology: topology, weightsManifest }),
      );
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
}

test('batch normalisation of a Keras model is folded into the convolutions', async () => {
  const coloured = describeMobileNetV2({
    widthMultiplier: 0.35,
    inputSize: 64,
    inputChannels: 3,
    classes: 5,
  });
  const model = kerasModel(coloured);
  setRandomWeights(model);
  const target = join(folder, 'keras');
  await saveModel(model, target, true);
  const found = await readLayersModel(target);
  expect(found.network).toEqual(coloured);

  const pictures = randomPictures(coloured, 2);
  const probabilities = theirLogits(
    model,
    coloured,
    pictures.map((value) => value / 127.5 - 1),
  );
  model.dispose();
  const logits = await ourLogits(found.network, found.weights, pictures);
  const { core } = tensorFlow;
  const ours = core.tidy(() => core.softmax(core.tensor2d(logits, [2, 5])).dataSync());
  expect(relativeDifference(ours, probabilities)).toBeLessThan(1e-4);
});

describe('a model is refused', () => {
  /** A copy of the written model with a changed description. */
  async function changed(name: string, change: (document: Document) => void): Promise<string> {
    const target = join(folder, name);
    await mkdir(target);
    const document = await readDocument(written);
    for (const path of document.weightsManifest[0]!.paths)
      await writeFile(join(target, path), await readFile(join(written, path)));
    change(document);
    await writeFile(join(target, 'model.json'), JSON.stringify(document));
    return target;
  }
  const group = ({ weightsManifest }: Document): Document['weightsManifest'][number] => weightsManifest[0]!;
  const layerOf = ({ modelTopology }: Document, kind: string): { config: Record<string, unknown> } =>
    modelTopology.config.layers.findLast(({ class_name: found }) => found === kind)!;

  test.each<[string, string, string, (document: Document) => void]>([
    [
      'a path out of the folder',
      'model-damaged',
      'other folders',
      (d) => (group(d).paths = ['../written/group1-shard1of1.bin']),
    ],
    ['an absolute path', 'model-damaged', 'other folders', (d) => (group(d).paths = ['/etc/hostname'])],
    ['a missing file', 'model-damaged', 'cannot be read', (d) => (group(d).paths = ['absent.bin'])],
    ['absurd sizes', 'model-damaged', 'larger than 64 MB', (d) => (group(d).weights[0]!.shape = [1e6, 1e6])],
    ['another type of number', 'model-damaged', 'float32', (d) => (group(d).weights[0]!.dtype = 'int32')],
    ['a tensor less', 'model-damaged', 'longer than its weights', (d) => group(d).weights.pop()],
    ['a tensor of another name', 'model-damaged', 'is missing', (d) => (group(d).weights[0]!.name = 'x')],
    ['a tensor of another shape', 'model-damaged', 'instead of', (d) => group(d).weights[0]!.shape.reverse()],
    [
      'another stride',
      'invalid-input',
      'other settings',
      (d) => (layerOf(d, 'DepthwiseConv2D').config['strides'] = [2, 2]),
    ],
    [
      'another activation',
      'invalid-input',
      'other settings',
      (d) => (layerOf(d, 'ReLU').config['max_value'] = 5),
    ],
    [
      'other channels',
      'invalid-input',
      'other channels',
      (d) => (layerOf(d, 'Conv2D').config['filters'] = 1281),
    ],
    ['a layer less', 'invalid-input', 'stands where', (d) => d.modelTopology.config.layers.splice(5, 1)],
    [
      'an unknown layer',
      'invalid-input',
      'stands where',
      (d) => (d.modelTopology.config.layers[4]!.class_name = 'Lambda'),
    ],
    [
      'other classes',
      'model-damaged',
      'predictions/kernel',
      (d) => (layerOf(d, 'Dense').config['units'] = 7),
    ],
    [
      'absurd input',
      'invalid-input',
      'its input',
      (d) => (layerOf(d, 'InputLayer').config['batch_input_shape'] = [null, 1e9, 1e9, 3]),
    ],
    [
      'other wiring',
      'invalid-input',
      'other inputs',
      (d) => Object.assign(layerOf(d, 'Add'), { inbound_nodes: [[['image', 0, 0, {}]]] }),
    ],
  ])('%s', async (name, code, reason, change) => {
    const target = await changed(name.replaceAll(' ', '-'), change);
    const failure = { code, detail: { reason: expect.stringContaining(reason) as string } };
    await expect(readLayersModel(target)).rejects.toMatchObject(failure);
  });

  test('whose weights end early, or lie behind a link', async () => {
    const [path] = group(await readDocument(written)).paths;
    const short = await changed('short', () => undefined);
    await truncate(join(short, path!), 1000);
    await expect(readLayersModel(short)).rejects.toMatchObject({
      detail: { model: 'short', reason: 'Its weights end too early.' },
    });
    const linked = await changed('linked', () => undefined);
    await rm(join(linked, path!));
    await symlink(join(written, path!), join(linked, path!));
    await expect(readLayersModel(linked)).rejects.toMatchObject({ code: 'model-damaged' });
  });

  test('whose weights are not numbers', async () => {
    const target = await changed('not-numbers', () => undefined);
    const file = join(target, group(await readDocument(written)).paths[0]!);
    await writeFile(file, (await readFile(file)).fill(255, 400, 408));
    await expect(readLayersModel(target)).rejects.toMatchObject({ code: 'model-damaged' });
  });

  test('that is absent, or no JSON', async () => {
    await expect(readLayersModel(join(folder, 'absent'))).rejects.toMatchObject({ code: 'model-not-found' });
    const target = join(folder, 'text');
    await mkdir(target);
    await writeFile(join(target, 'model.json'), 'text');
    await expect(readLayersModel(target)).rejects.toMatchObject({ code: 'model-damaged' });
  });
});
