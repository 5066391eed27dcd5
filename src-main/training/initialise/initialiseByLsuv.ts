import { UserError } from '../../../src-shared/errors.ts';
import { RandomStream } from '../../../src-shared/statistics/RandomStream.ts';
import { GraphBuilder, sizeOf } from '../../network/GraphBuilder.ts';
import { plainLayout } from '../../network/layout/plain.ts';
import type { Convolution, Network } from '../../network/mobileNetV2.ts';
import type { Tensor, Weights } from '../../network/weights.ts';
import { loadRuntime } from '../../runtime/loadRuntime.ts';
import { streams } from '../loop/streams.ts';
import { orthonormalMatrix } from './orthonormalMatrix.ts';

/** Below this a layer's answers do not differ, and no factor makes them. */
const leastVariance = 1e-12;

/**
 * First weights for a network without batch normalisation, by layer-sequential unit-variance initialisation (Mishkin
 * and Matas, "All you need is a good init", ICLR 2016, algorithm 1).
 *
 *     W ← W / √Var(z),   z = W ∗ x
 *
 * Layer by layer, each orthonormal at first (a depthwise filter is a matrix of its own, of one row), with biases 0.
 * `x` is what the layers before, scaled already, make of real pictures, and `z` the layer's answers before ReLU6,
 * their variance taken over all pictures, channels and pixels. The paper repeats until the variance is near 1; as `z`
 * is proportional to `W` without a bias, once is exact.
 *
 * @param images - some tens of real pictures, grey 0…255, [picture][channel][row][column]
 * @throws UserError 'invalid-input' when the pictures are so uniform that a layer's answers do not vary;
 * 'component-missing'
 */
export async function initialiseByLsuv(
  network: Network,
  images: Float32Array,
  seed: number,
): Promise<Weights> {
  const weights = new Map<string, Tensor>();
  let layer = 0;
  let flow = Float32Array.from(images, (value) => value / 127.5 - 1);
  for (const block of network.blocks) {
    const blockInput = flow;
    for (const convolution of block.convolutions) {
      const weight = orthonormalFilters(convolution, new RandomStream(seed, streams.start, layer++));
      flow = await convolve(convolution, flow, weight);
      divideBoth(weight.values, flow, deviationOf(flow));
      if (convolution.hasActivation) clip(flow);
      weights.set(`${convolution.name}.weight`, weight);
      weights.set(`${convolution.name}.bias`, zeros(convolution.outputChannels));
    }
    if (block.isResidual) flow = flow.map((value, place) => value + blockInput[place]!);
  }
  const { featureChannels, featureSize, classes } = network;
  const classifier = {
    shape: [featureChannels, classes],
    values: orthonormalMatrix(featureChannels, classes, new RandomStream(seed, streams.start, layer)),
  };
  const logits = product(meansOf(flow, featureSize ** 2), classifier.values, classes);
  divideBoth(classifier.values, logits, deviationOf(logits));
  return weights.set('classifier.weight', classifier).set('classifier.bias', zeros(classes));
}

function orthonormalFilters(
  { kind, inputChannels, outputChannels, kernelSize, groups }: Convolution,
  random: RandomStream,
): Tensor {
  const shape = [outputChannels, inputChannels / groups, kernelSize, kernelSize];
  const length = sizeOf(shape.slice(1));
  if (kind !== 'depthwise') return { shape, values: orthonormalMatrix(outputChannels, length, random) };
  const values = new Float32Array(sizeOf(shape));
  for (let filter = 0; filter < outputChannels; filter++)
    values.set(orthonormalMatrix(1, length, random), filter * length);
  return { shape, values };
}

/** `W ∗ x` without bias and activation, by onnxruntime. */
async function convolve(
  convolution: Convolution,
  input: Float32Array,
  weight: Tensor,
): Promise<Float32Array<ArrayBuffer>> {
  const { inputChannels, inputSize, outputChannels } = convolution;
  const graph = new GraphBuilder();
  const shape = [input.length / (inputChannels * inputSize ** 2), inputChannels, inputSize, inputSize];
  const sum = plainLayout(graph).convolve(
    { ...convolution, hasActivation: false },
    graph.input('input', shape),
    {
      forward: graph.constant(weight.values, weight.shape),
      bias: graph.constant(new Float32Array(outputChannels), [outputChannels]),
      backward: [],
    },
  );
  graph.output('sum', sum);
  const runtime = await loadRuntime();
  const session = await runtime.InferenceSession.create(graph.encode());
  const results = await session.run({ input: new runtime.Tensor(input, shape) });
  await session.release();
  return results['sum']!.data as Float32Array<ArrayBuffer>;
}

/** @throws UserError 'invalid-input' when the values are all but equal */
function deviationOf(values: Float32Array): number {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  const mean = sum / values.length;
  for (let i = 0; i < values.length; i++) squares += (values[i]! - mean) ** 2;
  const variance = squares / values.length;
  if (!(variance > leastVariance)) {
    throw new UserError('invalid-input', {
      reason: 'These pictures are too uniform to start a network from; random weights need real ones.',
    });
  }
  return Math.sqrt(variance);
}

function divideBoth(weights: Float32Array, answers: Float32Array, divisor: number): void {
  for (let i = 0; i < weights.length; i++) weights[i]! /= divisor;
  for (let i = 0; i < answers.length; i++) answers[i]! /= divisor;
}

/** ReLU6, in place. */
function clip(values: Float32Array): void {
  for (let i = 0; i < values.length; i++) values[i] = Math.min(6, Math.max(0, values[i]!));
}

/** The mean over each map. */
function meansOf(maps: Float32Array, pixels: number): Float32Array {
  return Float32Array.from({ length: maps.length / pixels }, (_, map) => {
    return maps.subarray(map * pixels, (map + 1) * pixels).reduce((sum, value) => sum + value, 0) / pixels;
  });
}

/** Rows of features times the matrix [feature][class]. */
function product(features: Float32Array, matrix: Float32Array, classes: number): Float32Array {
  const length = matrix.length / classes;
  return Float32Array.from({ length: (features.length / length) * classes }, (_, place) => {
    const [row, column] = [Math.floor(place / classes), place % classes];
    let sum = 0;
    for (let i = 0; i < length; i++) sum += features[row * length + i]! * matrix[i * classes + column]!;
    return sum;
  });
}

function zeros(count: number): Tensor {
  return { shape: [count], values: new Float32Array(count) };
}
