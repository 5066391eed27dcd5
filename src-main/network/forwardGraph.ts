/// <reference lib="esnext.float16" />
import { type ForwardInputs, forwardPass } from './forwardPass.ts';
import { GraphBuilder, type Value } from './GraphBuilder.ts';
import type { Layout } from './layout/Layout.ts';
import { plainLayout } from './layout/plain.ts';
import type { Network } from './mobileNetV2.ts';
import { checkWeights, type Weights } from './weights.ts';

/** How the weights of the convolutions are kept in the file; the network computes in float32 either way. */
export type WeightPrecision = 'float32' | 'float16';

/**
 * Writes the network with its weights as the model file that the application reads: `image` [batch][1][size][size],
 * grey 0…255, → `logits` [batch][classes] and `features` [batch][features][rows][columns], the last maps after ReLU6.
 *
 * With float16 the file is half as large. Biases and the classifier stay float32: they are small, and explanations
 * read the classifier from the file.
 *
 * @throws RangeError when a weight is missing, has another shape, or is beyond float16 where that is asked for
 */
export function forwardGraph(network: Network, weights: Weights, precision: WeightPrecision): Uint8Array {
  checkWeights(network, weights);
  const graph = new GraphBuilder({ hasFreeBatch: true });
  const layout = plainLayout(graph);
  const image = graph.input('image', [1, network.inputChannels, network.inputSize, network.inputSize]);
  const constants = constantInputs(graph, layout, weights, { precision, isBackwardWanted: false });
  const { logits, features } = forwardPass(graph, layout, network, { image, ...constants });
  graph.output('logits', logits);
  graph.output('features', features);
  return graph.encode();
}

/** The weights as a model file of this precision holds them, back in float32. @throws RangeError beyond float16 */
export function asStored(weights: Weights, precision: WeightPrecision): Weights {
  if (precision === 'float32') return weights;
  return new Map(
    [...weights].map(([name, { shape, values }]) => {
      if (shape.length !== 4) return [name, { shape, values }];
      return [name, { shape, values: Float32Array.from(new Float16Array(halfBits(values, name).buffer)) }];
    }),
  );
}

/** Adds the weights as constants under the names of their parameters. */
export function constantInputs(
  graph: GraphBuilder,
  layout: Layout,
  weights: Weights,
  { precision, isBackwardWanted }: { precision: WeightPrecision; isBackwardWanted: boolean },
): Omit<ForwardInputs, 'image'> {
  const constant = (name: string): Value => {
    const { values, shape } = weights.get(name)!;
    const isHalf = precision === 'float16' && shape.length === 4;
    return isHalf
      ? graph.halfConstant(halfBits(values, name), shape, name)
      : graph.constant(values, shape, name);
  };
  return {
    filters: (convolution) => {
      const { name } = convolution;
      return layout.pack(convolution, constant(`${name}.weight`), constant(`${name}.bias`), isBackwardWanted);
    },
    classifier: { weight: constant('classifier.weight'), bias: constant('classifier.bias') },
  };
}

/** Rounds to IEEE 754 binary16, ties to even. */
function halfBits(values: Float32Array, name: string): Uint16Array<ArrayBuffer> {
  const half = Float16Array.from(values);
  if (!half.every(Number.isFinite)) throw new RangeError(`${name} holds a number that float16 cannot`);
  return new Uint16Array(half.buffer);
}
