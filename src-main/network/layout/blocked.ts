import type { Attribute, GraphBuilder, Shape, Value } from '../GraphBuilder.ts';
import type { Convolution } from '../mobileNetV2.ts';
import {
  concatenate,
  cropTo,
  expand,
  padTo,
  pick,
  reshape,
  scale,
  sumOver,
  transpose,
  transposedProduct,
} from '../operators.ts';
import type { Filters, Layout, LayoutOf } from './Layout.ts';
import { maskBySaturation } from './plain.ts';
import { stemWeightGradient } from './stemGradient.ts';

/** The operator set of onnxruntime's blocked kernels (its `nchwc_ops.cc`); its own optimiser makes use of it. */
const blockedDomain = 'com.microsoft.nchwc';

/**
 * Feature maps in blocks of channels, [n][channels / block][rows][columns][block], so that a vector register holds
 * one pixel of a block ("NCHWc", Liu et al., USENIX ATC 2019). onnxruntime's fast convolution kernels want it; its
 * optimiser uses them only for constant weights, so we ask for them by name.
 *
 * A filter lies as [output block][input block][row][column][input][output] for 1×1 and as [output
 * block][row][column][output] for depthwise filters and the stem. The latter is also how a blocked map lies: so the
 * depthwise weight gradient is a depthwise convolution of `x` whose filters are `dz` itself, without any copy.
 *
 * @param block - channels per block: as many as the processor's widest register has floats
 */
export function blockedLayout(block: number): LayoutOf {
  return (graph) => new BlockedLayout(graph, block);
}

class BlockedLayout implements Layout {
  readonly #graph: GraphBuilder;
  readonly #block: number;

  constructor(graph: GraphBuilder, block: number) {
    this.#graph = graph;
    this.#block = block;
  }

  pack(convolution: Convolution, weight: Value, bias: Value, isBackwardWanted: boolean): Filters {
    const paddedBias = padTo(this.#graph, bias, [this.#padded(convolution.outputChannels)]);
    const filters =
      convolution.kind === 'pointwise'
        ? this.#packPointwise(convolution, weight, isBackwardWanted)
        : this.#packSpatial(convolution, weight, isBackwardWanted);
    return { ...filters, bias: paddedBias };
  }

  #packPointwise(
    { inputChannels, outputChannels }: Convolution,
    weight: Value,
    isBackwardWanted: boolean,
  ): Omit<Filters, 'bias'> {
    const inputs = this.#padded(inputChannels);
    const outputs = this.#padded(outputChannels);
    const flat = reshape(this.#graph, weight, [outputChannels, inputChannels]);
    const blocks = reshape(this.#graph, padTo(this.#graph, flat, [outputs, inputs]), [
      outputs / this.#block,
      this.#block,
      inputs / this.#block,
      this.#block,
    ]);
    const turned = (order: readonly number[], shape: Shape): Value =>
      reshape(this.#graph, transpose(this.#graph, blocks, order), shape);
    return {
      forward: turned([0, 2, 3, 1], [outputs, inputs, 1, 1]),
      backward: isBackwardWanted ? [turned([2, 0, 1, 3], [inputs, outputs, 1, 1])] : [],
    };
  }

  #packSpatial(convolution: Convolution, weight: Value, isBackwardWanted: boolean): Omit<Filters, 'bias'> {
    const { outputChannels, inputChannels, groups } = convolution;
    const outputs = this.#padded(outputChannels);
    const inputs = inputChannels / groups;
    const flat = padTo(this.#graph, reshape(this.#graph, weight, [outputChannels, inputs * 9]), [
      outputs,
      inputs * 9,
    ]);
    const blocks = reshape(this.#graph, flat, [outputs / this.#block, this.#block, inputs * 9]);
    const taps = transpose(this.#graph, blocks, [0, 2, 1]);
    return {
      forward: reshape(this.#graph, taps, [outputs, inputs, 3, 3]),
      backward: isBackwardWanted ? this.#packDepthwiseBackward(convolution, taps, outputs) : [],
    };
  }

  /** The kernel turned by 180°; for stride 2 its taps by the phase of the pixel that they reach (`#interleave`). */
  #packDepthwiseBackward({ kind, stride }: Convolution, taps: Value, channels: number): Value[] {
    if (kind === 'stem') throw new RangeError("the blocked layout has no gradient of the stem's input");
    const kernel = (rows: readonly number[], columns: readonly number[]): Value => {
      const positions = rows.flatMap((row) => columns.map((column) => 3 * row + column));
      return reshape(this.#graph, pick(this.#graph, taps, positions, 1), [
        channels,
        1,
        rows.length,
        columns.length,
      ]);
    };
    if (stride === 1) return [kernel([2, 1, 0], [2, 1, 0])];
    return phases.map(([row, column]) => kernel(tapsOfPhase[row], tapsOfPhase[column]));
  }

  convolve(convolution: Convolution, input: Value, { forward, bias }: Filters): Value {
    const { kernelSize, stride, pads, outputSize, hasActivation } = convolution;
    const clipping: Record<string, Attribute> = hasActivation
      ? { activation: 'Clip', activation_params: { floats: [0, 6] } }
      : {};
    return this.#convolution(
      [input, forward, bias],
      [input.shape[0]!, forward.shape[0]!, outputSize, outputSize],
      {
        kernel_shape: [kernelSize, kernelSize],
        strides: [stride, stride],
        pads,
        group: convolution.kind === 'depthwise' ? forward.shape[0]! : 1,
        ...clipping,
      },
    );
  }

  activationGradient(outputGradient: Value, output: Value): Value {
    return maskBySaturation(this.#graph, outputGradient, output);
  }

  inputGradient(convolution: Convolution, gradient: Value, { backward }: Filters): Value {
    const { kind, stride, inputSize, pads, kernelSize } = convolution;
    if (kind === 'depthwise' && stride === 2) return this.#interleave(convolution, gradient, backward);
    const [filter] = backward;
    if (!filter) throw new RangeError(`${convolution.name} was packed without its backward filter`);
    const channels = filter.shape[0]!;
    return this.#convolution([gradient, filter], [gradient.shape[0]!, channels, inputSize, inputSize], {
      kernel_shape: [kernelSize, kernelSize],
      pads,
      group: kind === 'depthwise' ? channels : 1,
    });
  }

  /**
   * The depthwise input gradient for stride 2. With pads only behind, pixel 2p was seen by tap 0 of output p and tap 2
   * of output p − 1, pixel 2p + 1 by tap 1 of output p alone:
   *
   *     dx[2p] = w₀ · dz[p] + w₂ · dz[p − 1]        dx[2p + 1] = w₁ · dz[p]
   *
   * in rows and columns alike: four small convolutions (one for each phase of a pixel), whose results interleave.
   */
  #interleave({ inputSize, outputSize }: Convolution, gradient: Value, filters: readonly Value[]): Value {
    const [batch, channels] = gradient.shape as [number, number];
    const lines = (batch * channels * outputSize) / this.#block;
    const [topLeft, topRight, bottomLeft, bottomRight] = phases.map(([row, column], phase) => {
      const kernel = [tapsOfPhase[row].length, tapsOfPhase[column].length] as const;
      const result = this.#convolution(
        [gradient, filters[phase]!],
        [batch, channels, outputSize, outputSize],
        { kernel_shape: kernel, pads: [kernel[0] - 1, kernel[1] - 1, 0, 0], group: channels },
      );
      return reshape(this.#graph, result, [lines, outputSize, this.#block]);
    }) as [Value, Value, Value, Value];
    const line = (even: Value, odd: Value): Value =>
      reshape(this.#graph, concatenate(this.#graph, [even, odd], 2), [lines, inputSize * this.#block]);
    const rows = concatenate(this.#graph, [line(topLeft, topRight), line(bottomLeft, bottomRight)], 1);
    return reshape(this.#graph, rows, [batch, channels, inputSize, inputSize]);
  }

  weightGradient(convolution: Convolution, input: Value, gradient: Value): Value {
    const { kind, inputChannels, outputChannels } = convolution;
    if (kind === 'stem') {
      return stemWeightGradient(this.#graph, convolution, input, this.toPlain(gradient, outputChannels));
    }
    if (kind === 'depthwise') return this.#depthwiseWeightGradient(convolution, input, gradient);
    // One product over the pixels of all pictures: dW = dzᵀ x.
    const product = transposedProduct(this.#graph, this.#pixelRows(gradient), this.#pixelRows(input));
    return cropTo(this.#graph, product, [outputChannels, inputChannels]);
  }

  #depthwiseWeightGradient(convolution: Convolution, input: Value, gradient: Value): Value {
    const { stride, pads, inputSize, outputSize, outputChannels } = convolution;
    const [batch, channels] = input.shape as [number, number];
    const maps = batch * channels;
    const perPicture = this.#convolution(
      [
        reshape(this.#graph, input, [1, maps, inputSize, inputSize]),
        reshape(this.#graph, gradient, [maps, 1, outputSize, outputSize]),
      ],
      [1, maps, 3, 3],
      { kernel_shape: [outputSize, outputSize], dilations: [stride, stride], pads, group: maps },
    );
    const blocks = channels / this.#block;
    const sum = sumOver(this.#graph, reshape(this.#graph, perPicture, [batch, blocks, 9, this.#block]), [0]);
    const kernels = transpose(this.#graph, sum, [0, 2, 1]);
    return channels === outputChannels
      ? kernels
      : cropTo(this.#graph, reshape(this.#graph, kernels, [channels, 9]), [outputChannels, 9]);
  }

  biasGradient({ outputChannels }: Convolution, gradient: Value): Value {
    const [batch, channels, rows, columns] = gradient.shape as [number, number, number, number];
    // The mean over a map is one of the blocked kernels, four times as fast as a general sum.
    const means = this.#graph.operation({
      operator: 'GlobalAveragePool',
      domain: blockedDomain,
      inputs: [gradient],
      shape: [batch, channels, 1, 1],
    });
    const sum = sumOver(this.#graph, reshape(this.#graph, means, [batch, channels]), [0]);
    return scale(this.#graph, cropTo(this.#graph, sum, [outputChannels]), rows * columns);
  }

  meanGradient(gradient: Value, size: number): Value {
    const [batch, exactChannels] = gradient.shape as [number, number];
    const channels = this.#padded(exactChannels);
    const cells = padTo(this.#graph, scale(this.#graph, gradient, 1 / size ** 2), [batch, channels]);
    const blocks = channels / this.#block;
    const cell = reshape(this.#graph, cells, [batch, blocks, 1, this.#block]);
    const maps = expand(this.#graph, cell, [batch, blocks, size ** 2, this.#block]);
    return reshape(this.#graph, maps, [batch, channels, size, size]);
  }

  toPlain(value: Value, channels: number): Value {
    const [batch, , rows, columns] = value.shape as [number, number, number, number];
    return this.#graph.operation({
      operator: 'ReorderOutput',
      domain: blockedDomain,
      inputs: [value],
      shape: [batch, channels, rows, columns],
      attributes: { channels },
    });
  }

  fromPlain(value: Value): Value {
    const [batch, channels, rows, columns] = value.shape as [number, number, number, number];
    const shape = [batch, this.#padded(channels), rows, columns];
    const inputs = [padTo(this.#graph, value, shape)];
    return this.#graph.operation({ operator: 'ReorderInput', domain: blockedDomain, inputs, shape });
  }

  /** [n · rows · columns][channels], surplus channels included. */
  #pixelRows(value: Value): Value {
    const [batch, channels, rows, columns] = value.shape as [number, number, number, number];
    // One block of channels already lies so.
    if (channels === this.#block) return reshape(this.#graph, value, [batch * rows * columns, channels]);
    const channelsLast = this.#graph.operation({
      operator: 'ReorderOutput',
      domain: blockedDomain,
      inputs: [value],
      shape: [batch, rows, columns, channels],
      attributes: { channels, channels_last: 1 },
    });
    return reshape(this.#graph, channelsLast, [batch * rows * columns, channels]);
  }

  #convolution(
    inputs: readonly Value[],
    shape: readonly number[],
    attributes: Readonly<Record<string, Attribute>>,
  ): Value {
    return this.#graph.operation({
      operator: 'Conv',
      domain: blockedDomain,
      inputs,
      shape,
      attributes: { strides: [1, 1], dilations: [1, 1], ...attributes },
    });
  }

  #padded(channels: number): number {
    return Math.ceil(channels / this.#block) * this.#block;
  }
}

/** Rows and columns of a pixel modulo 2, in the order in which the phases are packed. */
const phases = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
] as const;

/** Which taps reach an even pixel (from the output before it, from its own), and which an odd one. */
const tapsOfPhase = [[2, 0], [1]] as const;
