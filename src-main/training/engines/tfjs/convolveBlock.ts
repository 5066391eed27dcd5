import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Block, Convolution } from '../../../network/mobileNetV2.ts';
import type { TensorFlow } from './loadTensorFlow.ts';

/** A parameter of the network by its name, in the network's order of axes. */
export type ParameterOf = (name: string) => Tensor;

/**
 * One block of the network: its convolutions one after the other, and its input added where it is residual.
 *
 * TensorFlow's padding `same` is the network's own: one row of zeros on every side, with stride 2 only behind.
 *
 * @param input - [picture][row][column][channel], as TensorFlow has it
 */
export function convolveBlock(
  core: TensorFlow['core'],
  block: Block,
  input: Tensor4D,
  parameterOf: ParameterOf,
): Tensor4D {
  const output = block.convolutions.reduce((flow, convolution) => {
    const weight = parameterOf(`${convolution.name}.weight`) as Tensor4D;
    const sum = core.add<Tensor4D>(
      convolve(core, convolution, flow, weight),
      parameterOf(`${convolution.name}.bias`),
    );
    return convolution.hasActivation ? core.relu6(sum) : sum;
  }, input);
  return block.isResidual ? core.add(output, input) : output;
}

/** The parameter's axes [output][input][row][column] are turned inside, so that its gradient has them, too. */
function convolve(
  core: TensorFlow['core'],
  { kind, stride, inputChannels, outputChannels, outputSize }: Convolution,
  input: Tensor4D,
  weight: Tensor4D,
): Tensor4D {
  if (kind === 'depthwise')
    return core.depthwiseConv2d(input, core.transpose(weight, [2, 3, 0, 1]), stride, 'same');
  if (kind === 'stem') return core.conv2d(input, core.transpose(weight, [2, 3, 1, 0]), stride, 'same');
  // The gradient of a matrix product is a matrix product; that of conv2d's filters is many times slower in JavaScript.
  const pixels: Tensor2D = core.reshape(input, [-1, inputChannels]);
  const filters: Tensor2D = core.reshape(weight, [outputChannels, inputChannels]);
  return core.reshape(core.matMul(pixels, filters, false, true), [
    -1,
    outputSize,
    outputSize,
    outputChannels,
  ]);
}
