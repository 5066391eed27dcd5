import type { GraphBuilder, Value } from '../GraphBuilder.ts';
import type { Convolution } from '../mobileNetV2.ts';
import {
  clip,
  expand,
  hardSigmoid,
  matrixProduct,
  multiply,
  pick,
  reshape,
  scale,
  subtract,
  sumOver,
  transpose,
} from '../operators.ts';
import type { Filters, Layout } from './Layout.ts';
import { stemWeightGradient } from './stemGradient.ts';

/**
 * Feature maps as ONNX has them, computed by ONNX's own operators: runs everywhere, and is what the faster layout is
 * checked against.
 */
export function plainLayout(graph: GraphBuilder): Layout {
  return new PlainLayout(graph);
}

class PlainLayout implements Layout {
  readonly #graph: GraphBuilder;

  constructor(graph: GraphBuilder) {
    this.#graph = graph;
  }

  pack(convolution: Convolution, weight: Value, bias: Value, isBackwardWanted: boolean): Filters {
    return { forward: weight, bias, backward: isBackwardWanted ? [this.#backward(convolution, weight)] : [] };
  }

  /** Transposed in its channels, or turned by 180°, so that a convolution of `dz` with it gives `dx`. */
  #backward({ kind, stride }: Convolution, weight: Value): Value {
    if (kind === 'pointwise') return transpose(this.#graph, weight, [1, 0, 2, 3]);
    if (stride === 2) return weight;
    const taps = reshape(this.#graph, weight, [weight.shape[0]!, 9]);
    return reshape(this.#graph, pick(this.#graph, taps, [8, 7, 6, 5, 4, 3, 2, 1, 0], 1), weight.shape);
  }

  convolve(convolution: Convolution, input: Value, { forward, bias }: Filters): Value {
    const { kernelSize, stride, pads, groups, outputChannels, outputSize, hasActivation } = convolution;
    const sum = this.#graph.operation({
      operator: 'Conv',
      inputs: [input, forward, bias],
      shape: [input.shape[0]!, outputChannels, outputSize, outputSize],
      attributes: { kernel_shape: [kernelSize, kernelSize], strides: [stride, stride], pads, group: groups },
    });
    return hasActivation ? clip(this.#graph, sum, 0, 6) : sum;
  }

  activationGradient(outputGradient: Value, output: Value): Value {
    return maskBySaturation(this.#graph, outputGradient, output);
  }

  inputGradient(convolution: Convolution, gradient: Value, { backward }: Filters): Value {
    const { kernelSize, stride, pads, groups, inputChannels, inputSize } = convolution;
    // ConvTranspose is by definition the gradient of a convolution's input; where the stride is 1 a plain
    // convolution with the turned filters is the same and faster.
    return this.#graph.operation({
      operator: stride === 2 ? 'ConvTranspose' : 'Conv',
      inputs: [gradient, ...backward],
      shape: [gradient.shape[0]!, inputChannels, inputSize, inputSize],
      attributes: { kernel_shape: [kernelSize, kernelSize], strides: [stride, stride], pads, group: groups },
    });
  }

  weightGradient(convolution: Convolution, input: Value, gradient: Value): Value {
    if (convolution.kind === 'stem') return stemWeightGradient(this.#graph, convolution, input, gradient);
    if (convolution.kind === 'depthwise') return this.#depthwiseWeightGradient(convolution, input, gradient);
    const { inputChannels, outputChannels, outputSize } = convolution;
    const batch = input.shape[0]!;
    const maps = transpose(
      this.#graph,
      reshape(this.#graph, input, [batch, inputChannels, outputSize ** 2]),
      [0, 2, 1],
    );
    const flat = reshape(this.#graph, gradient, [batch, outputChannels, outputSize ** 2]);
    return sumOver(this.#graph, matrixProduct(this.#graph, flat, maps), [0]);
  }

  /** One convolution of `x` by `dz`, a group for every map of every picture; stride becomes dilation. */
  #depthwiseWeightGradient(convolution: Convolution, input: Value, gradient: Value): Value {
    const { kernelSize, stride, pads, inputChannels, inputSize, outputSize } = convolution;
    const batch = input.shape[0]!;
    const maps = batch * inputChannels;
    const perPicture = this.#graph.operation({
      operator: 'Conv',
      inputs: [
        reshape(this.#graph, input, [1, maps, inputSize, inputSize]),
        reshape(this.#graph, gradient, [maps, 1, outputSize, outputSize]),
      ],
      shape: [1, maps, kernelSize, kernelSize],
      attributes: { kernel_shape: [outputSize, outputSize], dilations: [stride, stride], pads, group: maps },
    });
    const kernels = reshape(this.#graph, perPicture, [batch, inputChannels, 1, kernelSize, kernelSize]);
    return sumOver(this.#graph, kernels, [0]);
  }

  biasGradient(_convolution: Convolution, gradient: Value): Value {
    return sumOver(this.#graph, gradient, [0, 2, 3]);
  }

  meanGradient(gradient: Value, size: number): Value {
    const [batch, channels] = gradient.shape as [number, number];
    const cell = reshape(this.#graph, scale(this.#graph, gradient, 1 / size ** 2), [batch, channels, 1, 1]);
    return expand(this.#graph, cell, [batch, channels, size, size]);
  }

  toPlain(value: Value): Value {
    return value;
  }

  fromPlain(value: Value): Value {
    return value;
  }
}

/** So steep that the smallest normal float32 gives 1, and too flat for 9 times it to overflow; a power of two stays exact. */
const steepness = 2 ** 124;

/**
 * `dy` where `0 < y < 6`, else 0, where `y` has been clipped to 0…6.
 *
 *     dz = dy · min(1, slope · y · (6 − y))
 *
 * Four passes over memory, each of them vectorised in onnxruntime; comparing and selecting (`Greater`, `Less`, `And`,
 * `Where`) takes half as long again, and a ramp for either bound a quarter longer. The product is 0 at both bounds and
 * nowhere else: next to 6 the difference is exact (Sterbenz), next to 0 it is 6.
 */
export function maskBySaturation(graph: GraphBuilder, outputGradient: Value, output: Value): Value {
  const product = multiply(graph, output, subtract(graph, graph.constant([6], []), output));
  return multiply(graph, outputGradient, hardSigmoid(graph, product, steepness, 0));
}
