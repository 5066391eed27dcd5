import type { Convolution, Network } from '../../src-main/network/mobileNetV2.ts';

/** A picture's maps, [channel][row][column], square. */
export interface Maps {
  channels: number;
  size: number;
  values: Float64Array<ArrayBuffer>;
}

/** Parameters, or their gradients, by name. */
export type Numbers = Map<string, Float64Array<ArrayBuffer>>;

/** What one picture contributes. */
export interface PictureStep {
  loss: number;
  logits: Float64Array;
  gradients: Numbers;
  /** ∂loss/∂(grey value), [channel][row][column]. */
  imageGradient: Float64Array<ArrayBuffer>;
}

/**
 * The whole network with its gradient in plain loops and double precision, one picture at a time: slow, obvious, and
 * what the graphs are checked against. Formulas as in `layout/Layout.ts`.
 *
 * @param image - grey values 0…255, [channel][row][column]
 * @param target - a probability for each class
 * @param dropout - a factor for each feature
 */
export function float64Step(
  network: Network,
  parameters: ReadonlyMap<string, ArrayLike<number>>,
  {
    image,
    target,
    sampleWeight,
    dropout,
  }: {
    image: ArrayLike<number>;
    target: ArrayLike<number>;
    sampleWeight: number;
    dropout: ArrayLike<number>;
  },
): PictureStep {
  const parameter = (name: string): ArrayLike<number> => parameters.get(name)!;
  const { inputChannels, inputSize, featureChannels, classes } = network;
  let flow: Maps = {
    channels: inputChannels,
    size: inputSize,
    values: Float64Array.from(image, (v) => v / 127.5 - 1),
  };

  const blocks = network.blocks.map(({ convolutions, isResidual }) => {
    const blockInput = flow;
    const records = convolutions.map((convolution) => {
      const { name } = convolution;
      const input = flow;
      flow = convolve(convolution, input, parameter(`${name}.weight`), parameter(`${name}.bias`));
      return { convolution, input, output: flow };
    });
    if (isResidual) flow = { ...flow, values: flow.values.map((value, i) => value + blockInput.values[i]!) };
    return { records, isResidual };
  });

  const area = flow.size ** 2;
  const pooled = Float64Array.from({ length: featureChannels }, (_, channel) => {
    const map = flow.values.subarray(channel * area, (channel + 1) * area);
    return (map.reduce((sum, value) => sum + value, 0) / area) * dropout[channel]!;
  });
  const classifier = parameter('classifier.weight');
  const logits = Float64Array.from({ length: classes }, (_, c) =>
    pooled.reduce(
      (sum, value, f) => sum + value * classifier[f * classes + c]!,
      parameter('classifier.bias')[c]!,
    ),
  );
  const largest = Math.max(...logits);
  const logSum = largest + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0));
  const loss = -sampleWeight * logits.reduce((sum, logit, c) => sum + target[c]! * (logit - logSum), 0);

  const gradients: Numbers = new Map();
  const logitGradient = logits.map((logit, c) => sampleWeight * (Math.exp(logit - logSum) - target[c]!));
  gradients.set('classifier.bias', logitGradient);
  gradients.set(
    'classifier.weight',
    Float64Array.from({ length: featureChannels * classes }, (_, i) => {
      return pooled[Math.floor(i / classes)]! * logitGradient[i % classes]!;
    }),
  );
  let gradient = Float64Array.from({ length: featureChannels * area }, (_, i) => {
    const feature = Math.floor(i / area);
    const mean = logitGradient.reduce((sum, value, c) => sum + value * classifier[feature * classes + c]!, 0);
    return (mean * dropout[feature]!) / area;
  });
  for (const { records, isResidual } of blocks.reverse()) {
    const blockGradient = gradient;
    for (const { convolution, input, output } of records.reverse()) {
      const sumGradient = convolution.hasActivation
        ? gradient.map((value, i) => (output.values[i]! > 0 && output.values[i]! < 6 ? value : 0))
        : gradient;
      const found = convolutionGradients(
        convolution,
        input,
        sumGradient,
        parameter(`${convolution.name}.weight`),
      );
      gradients.set(`${convolution.name}.weight`, found.weight);
      gradients.set(`${convolution.name}.bias`, found.bias);
      gradient = found.input;
    }
    if (isResidual) gradient = gradient.map((value, i) => value + blockGradient[i]!);
  }
  return { loss, logits, gradients, imageGradient: gradient.map((value) => value / 127.5) };
}

/** `ReLU6(W ∗ x + b)`, without ReLU6 where the convolution has none. */
export function convolve(
  convolution: Convolution,
  input: Maps,
  weight: ArrayLike<number>,
  bias: ArrayLike<number>,
): Maps {
  const { outputChannels, outputSize, hasActivation } = convolution;
  const values = Float64Array.from({ length: outputChannels * outputSize ** 2 }, (_, i) => {
    return bias[Math.floor(i / outputSize ** 2)]!;
  });
  forEachProduct(convolution, (output, tap, pixel) => {
    values[output]! += weight[tap]! * input.values[pixel]!;
  });
  const clipped = hasActivation ? values.map((value) => Math.min(6, Math.max(0, value))) : values;
  return { channels: outputChannels, size: outputSize, values: clipped };
}

/** Gradients of weight, bias and input from the gradient of `W ∗ x + b`. */
export function convolutionGradients(
  convolution: Convolution,
  input: Maps,
  gradient: ArrayLike<number>,
  weight: ArrayLike<number>,
): { weight: Float64Array<ArrayBuffer>; bias: Float64Array<ArrayBuffer>; input: Float64Array<ArrayBuffer> } {
  const area = convolution.outputSize ** 2;
  const weightGradient = new Float64Array(weight.length);
  const inputGradient = new Float64Array(input.values.length);
  forEachProduct(convolution, (output, tap, pixel) => {
    weightGradient[tap]! += gradient[output]! * input.values[pixel]!;
    inputGradient[pixel]! += gradient[output]! * weight[tap]!;
  });
  const bias = Float64Array.from({ length: convolution.outputChannels }, (_, channel) => {
    let sum = 0;
    for (let q = 0; q < area; q++) sum += gradient[channel * area + q]!;
    return sum;
  });
  return { weight: weightGradient, bias, input: inputGradient };
}

/** Calls with the positions of output, weight and input for every product that a convolution sums. */
function forEachProduct(
  { inputChannels, outputChannels, kernelSize, stride, pads, groups, inputSize, outputSize }: Convolution,
  visit: (output: number, tap: number, pixel: number) => void,
): void {
  const channelsPerGroup = inputChannels / groups;
  const outputsPerGroup = outputChannels / groups;
  for (let o = 0; o < outputChannels; o++)
    for (let c = 0; c < channelsPerGroup; c++)
      for (let i = 0; i < kernelSize; i++)
        for (let j = 0; j < kernelSize; j++)
          for (let row = 0; row < outputSize; row++)
            for (let column = 0; column < outputSize; column++) {
              const y = stride * row + i - pads[0];
              const x = stride * column + j - pads[1];
              if (y < 0 || x < 0 || y >= inputSize || x >= inputSize) continue;
              const channel = Math.floor(o / outputsPerGroup) * channelsPerGroup + c;
              visit(
                (o * outputSize + row) * outputSize + column,
                ((o * channelsPerGroup + c) * kernelSize + i) * kernelSize + j,
                (channel * inputSize + y) * inputSize + x,
              );
            }
}
