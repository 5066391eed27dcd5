import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers';
import type { Convolution, Network } from '../../network/mobileNetV2.ts';
import { checkWeights, type Weights } from '../../network/weights.ts';
import { loadTensorFlow, type TensorFlow } from '../engines/tfjs/loadTensorFlow.ts';
import { topologyFileName } from './layersModelSchema.ts';
import { turnAxes } from './turnAxes.ts';

/** As large as the files of TensorFlow.js' own converter, which browsers keep in their cache. */
const shardBytes = 4 * 2 ** 20;

/**
 * Writes a network as a LayersModel that `tf.loadLayersModel` reads: pictures [picture][row][column][channel] in, grey
 * 0…255, logits [picture][class] out. Only ordinary Keras layers, under the names that Keras gives those of its own
 * MobileNetV2; without batch normalisation its convolutions have biases.
 *
 * @param folder - an existing folder; `replaceFolder` makes a writing whole or not at all
 * @throws RangeError when a weight is missing or has another shape; the file system's own errors
 */
export async function writeLayersModel(folder: string, network: Network, weights: Weights): Promise<void> {
  checkWeights(network, weights);
  const tensorFlow = await loadTensorFlow();
  const model = buildModel(tensorFlow, network);
  try {
    setWeights(tensorFlow, model, network, weights);
    const { io } = tensorFlow.core;
    await model.save(
      io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
        const bytes = new Uint8Array(io.CompositeArrayBuffer.join(weightData));
        const paths = await writeShards(folder, bytes);
        const weightsManifest = [{ paths, weights: weightSpecs }];
        const generatedBy = 'BraTum Workstation';
        const document = {
          format: 'layers-model',
          generatedBy,
          convertedBy: null,
          modelTopology,
          weightsManifest,
        };
        await writeFile(join(folder, topologyFileName), JSON.stringify(document));
        return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
      }),
    );
  } finally {
    model.dispose();
  }
}

async function writeShards(folder: string, bytes: Uint8Array): Promise<string[]> {
  const count = Math.ceil(bytes.length / shardBytes);
  const paths = Array.from({ length: count }, (_, index) => `group1-shard${index + 1}of${count}.bin`);
  for (const [index, path] of paths.entries())
    await writeFile(join(folder, path), bytes.subarray(index * shardBytes, (index + 1) * shardBytes));
  return paths;
}

function buildModel({ layers: keras }: TensorFlow, network: Network): LayersModel {
  const { inputSize, inputChannels, blocks, classes } = network;
  const { layers } = keras;
  const input = keras.input({ shape: [inputSize, inputSize, inputChannels], name: 'image' });
  const scaling = layers.rescaling({ scale: 1 / 127.5, offset: -1, name: 'scaling' });
  let flow = scaling.apply(input) as SymbolicTensor;
  for (const { name, convolutions, isResidual } of blocks) {
    const blockInput = flow;
    for (const convolution of convolutions) flow = applyConvolution(keras, convolution, flow);
    if (isResidual)
      flow = layers.add({ name: `${kerasName(name)}_add` }).apply([blockInput, flow]) as SymbolicTensor;
  }
  const mean = layers.globalAveragePooling2d({ name: 'global_average_pooling2d' });
  const classifier = layers.dense({ units: classes, kernelInitializer: 'zeros', name: 'predictions' });
  const logits = classifier.apply(mean.apply(flow)) as SymbolicTensor;
  return keras.model({ inputs: input, outputs: logits, name: 'mobilenetv2' });
}

function applyConvolution(
  { layers }: TensorFlow['layers'],
  { name, kind, kernelSize, stride, outputChannels, hasActivation }: Convolution,
  input: SymbolicTensor,
): SymbolicTensor {
  const settings = { kernelSize, strides: stride, padding: 'same', name: kerasName(name) } as const;
  const convolution =
    kind === 'depthwise'
      ? layers.depthwiseConv2d({ ...settings, depthwiseInitializer: 'zeros' })
      : layers.conv2d({ ...settings, filters: outputChannels, kernelInitializer: 'zeros' });
  const sum = convolution.apply(input) as SymbolicTensor;
  if (!hasActivation) return sum;
  return layers.reLU({ maxValue: 6, name: `${kerasName(name)}_relu` }).apply(sum) as SymbolicTensor;
}

function setWeights({ core }: TensorFlow, model: LayersModel, network: Network, weights: Weights): void {
  const put = (
    layer: string,
    kernel: readonly [Float32Array, readonly number[]],
    bias: Float32Array,
  ): void => {
    core.tidy(() => {
      model.getLayer(layer).setWeights([core.tensor(kernel[0], [...kernel[1]]), core.tensor1d(bias)]);
    });
  };
  for (const { name, kind } of network.blocks.flatMap(({ convolutions }) => convolutions)) {
    const weight = weights.get(`${name}.weight`)!;
    const { values, shape } = turnAxes(weight, kind === 'depthwise' ? [2, 3, 0, 1] : [2, 3, 1, 0]);
    put(kerasName(name), [values, shape], weights.get(`${name}.bias`)!.values);
  }
  const { values, shape } = weights.get('classifier.weight')!;
  put('predictions', [values, shape], weights.get('classifier.bias')!.values);
}

/** `stem` → `Conv1`, `block0.project` → `expanded_conv_project`, `block3.expand` → `block_3_expand`, `head` → `Conv_1`. */
function kerasName(name: string): string {
  if (name === 'stem') return 'Conv1';
  if (name === 'head') return 'Conv_1';
  return name
    .replace(/^block0\b/, 'expanded_conv')
    .replace(/^block(\d+)/, 'block_$1')
    .replace('.', '_');
}
