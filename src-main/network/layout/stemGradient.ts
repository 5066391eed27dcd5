import type { GraphBuilder, Value } from '../GraphBuilder.ts';
import type { Convolution } from '../mobileNetV2.ts';
import { matrixProduct, reshape, sumOver, transpose } from '../operators.ts';

/**
 * The stem's weight gradient as matrix products, for its few input channels make every convolution kernel slow.
 *
 *     patches[n, (c, k), q] = x[n, c, stride · q + k − pad]
 *     dW[o, (c, k)]         = Σ_n Σ_q dz[n, o, q] · patches[n, (c, k), q]
 *
 * The patches ("im2col", Chellapilla et al. 2006) come from a convolution whose filters are the unit vectors.
 *
 * @param input - [n][c][rows][columns], plain
 * @param gradient - dz as [n][o][rows][columns], plain
 */
export function stemWeightGradient(
  graph: GraphBuilder,
  { kernelSize, stride, pads, outputSize }: Convolution,
  input: Value,
  gradient: Value,
): Value {
  const [batch, inputChannels] = input.shape as [number, number];
  const outputChannels = gradient.shape[1]!;
  const taps = inputChannels * kernelSize ** 2;
  const identity = Float32Array.from({ length: taps * taps }, (_, i) => (i % (taps + 1) === 0 ? 1 : 0));
  const patches = graph.operation({
    operator: 'Conv',
    inputs: [input, graph.constant(identity, [taps, inputChannels, kernelSize, kernelSize])],
    shape: [batch, taps, outputSize, outputSize],
    attributes: { kernel_shape: [kernelSize, kernelSize], strides: [stride, stride], pads },
  });
  const flatPatches = transpose(graph, reshape(graph, patches, [batch, taps, outputSize ** 2]), [0, 2, 1]);
  const flatGradient = reshape(graph, gradient, [batch, outputChannels, outputSize ** 2]);
  return sumOver(graph, matrixProduct(graph, flatGradient, flatPatches), [0]);
}
