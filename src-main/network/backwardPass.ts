import type { GraphBuilder, Value } from './GraphBuilder.ts';
import type { BlockRecord, ForwardPass } from './forwardPass.ts';
import type { Layout } from './layout/Layout.ts';
import type { Convolution } from './mobileNetV2.ts';
import { add } from './operators.ts';

/** A place in the network that somebody may want to look at. */
export interface Activation {
  name: string;
  value: Value;
  channels: number;
}

/** How far back to go, and what to collect on the way. */
export interface BackwardRequest {
  /** The first block (0 is the stem) whose parameters or input are asked for; nothing before it is computed. */
  firstBlock: number;
  /** Called with ∂L/∂W and ∂L/∂b of every convolution, last first. */
  onParameters?: (convolution: Convolution, weightGradient: Value, biasGradient: Value) => void;
  /**
   * Called with an activation and the gradient with respect to it, both in the layout's form, last first: under a
   * convolution's name its output (after ReLU6 where it has one), under a residual block's name the sum.
   */
  onActivation?: (activation: Activation, gradient: Value) => void;
  /** Whether to go on to the first block's own input. */
  isInputWanted?: boolean;
}

/**
 * Reverse-mode differentiation (Griewank & Walther 2008, chapter 3) of the convolutional part: from the gradient of
 * the last maps back through ReLU6, convolution and residual sum of each block, by the layout's rules.
 *
 *     dz = dy · [0 < y < 6]      dW, db, dx from dz      residual: d(block input) = dx + d(block output)
 *
 * @param featureGradient - ∂L/∂(last maps), in the layout's form
 * @returns ∂L/∂(input of the first block), where it was wanted
 */
export function backwardPass(
  graph: GraphBuilder,
  layout: Layout,
  { blocks }: ForwardPass,
  featureGradient: Value,
  request: BackwardRequest,
): Value | undefined {
  const { firstBlock, isInputWanted = false } = request;
  let gradient: Value | undefined = featureGradient;
  for (let index = blocks.length - 1; index >= firstBlock && gradient; index--) {
    const record: BlockRecord = blocks[index]!;
    gradient = backwardBlock(graph, layout, record, gradient, index > firstBlock || isInputWanted, request);
  }
  return gradient;
}

function backwardBlock(
  graph: GraphBuilder,
  layout: Layout,
  { block, convolutions, output: sum }: BlockRecord,
  blockGradient: Value,
  isBlockInputWanted: boolean,
  { onParameters, onActivation }: BackwardRequest,
): Value | undefined {
  if (block.isResidual) {
    onActivation?.(
      { name: block.name, value: sum, channels: block.convolutions.at(-1)!.outputChannels },
      blockGradient,
    );
  }
  let gradient = blockGradient;
  for (const [index, { convolution, filters, input, output }] of [...convolutions.entries()].reverse()) {
    const { name, outputChannels, hasActivation } = convolution;
    onActivation?.({ name, value: output, channels: outputChannels }, gradient);
    const sumGradient = hasActivation ? layout.activationGradient(gradient, output) : gradient;
    onParameters?.(
      convolution,
      layout.weightGradient(convolution, input, sumGradient),
      layout.biasGradient(convolution, sumGradient),
    );
    if (index === 0 && !isBlockInputWanted) return undefined;
    gradient = layout.inputGradient(convolution, sumGradient, filters);
  }
  return block.isResidual ? add(graph, gradient, blockGradient) : gradient;
}
