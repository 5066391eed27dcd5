/** What makes one MobileNetV2 differ from another. */
export interface NetworkShape {
  /** Channels of every layer times this, rounded to multiples of 8. */
  widthMultiplier: number;
  /** Rows and columns of the input. */
  inputSize: number;
  /** 1 for grey pictures, as ours are; 3 for the network as it was trained on ImageNet. */
  inputChannels: 1 | 3;
  classes: number;
}

/** How a convolution connects its channels. */
export type ConvolutionKind = 'stem' | 'depthwise' | 'pointwise';

/** One convolution with its bias, and ReLU6 where `hasActivation`. */
export interface Convolution {
  /** `stem`, `block3.expand`, `head`, …: the prefix of its parameters' names. */
  name: string;
  kind: ConvolutionKind;
  inputChannels: number;
  outputChannels: number;
  kernelSize: 1 | 3;
  stride: 1 | 2;
  /** Zeros before and after: [top, left, bottom, right]. Stride 2 pads only behind, as TensorFlow does. */
  pads: readonly [number, number, number, number];
  /** Into how many separate convolutions the channels fall: as many as channels where it is depthwise, else 1. */
  groups: number;
  /** Rows and columns of its input. */
  inputSize: number;
  outputSize: number;
  hasActivation: boolean;
}

/** Stem, head, or an inverted residual block: convolutions one after the other; a residual block adds its input to its output. */
export interface Block {
  name: string;
  convolutions: Convolution[];
  isResidual: boolean;
}

/** One trainable tensor. */
export interface Parameter {
  name: string;
  shape: readonly number[];
}

/** MobileNetV2 without batch normalisation: stem, 17 inverted residual blocks, head, mean, linear classifier. */
export interface Network extends NetworkShape {
  blocks: Block[];
  /** Channels of the last feature maps. */
  featureChannels: number;
  /** Rows and columns of the last feature maps. */
  featureSize: number;
  /** In the order in which they are used. */
  parameters: Parameter[];
}

/** [expansion, output channels, repetitions, stride of the first], Sandler et al. 2018, table 2. */
const stages: readonly (readonly [number, number, number, 1 | 2])[] = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
];

/**
 * Describes MobileNetV2 (Sandler et al., CVPR 2018, table 2) as we train it: batch normalisation folded into the
 * convolutions' weights and biases, a linear classifier over the mean of the last maps.
 *
 * @throws RangeError when the input size is not a multiple of 32, so that every stride divides evenly
 */
export function describeMobileNetV2(networkShape: NetworkShape): Network {
  const { widthMultiplier, inputSize, inputChannels, classes } = networkShape;
  if (inputSize % 32 !== 0) throw new RangeError('the input size must be a multiple of 32');
  const blocks: Block[] = [];
  let channels = widened(32, widthMultiplier);
  let size = inputSize / 2;
  blocks.push({
    name: 'stem',
    isResidual: false,
    convolutions: [convolution('stem', 'stem', inputChannels, channels, 2, inputSize, true)],
  });
  for (const [expansion, stageChannels, repetitions, firstStride] of stages) {
    for (let repetition = 0; repetition < repetitions; repetition++) {
      const stride = repetition === 0 ? firstStride : 1;
      const outputChannels = widened(stageChannels, widthMultiplier);
      blocks.push(
        invertedResidual(`block${blocks.length - 1}`, { channels, outputChannels, expansion, stride, size }),
      );
      channels = outputChannels;
      size /= stride;
    }
  }
  const featureChannels = widthMultiplier > 1 ? widened(1280, widthMultiplier) : 1280;
  blocks.push({
    name: 'head',
    isResidual: false,
    convolutions: [convolution('head', 'pointwise', channels, featureChannels, 1, size, true)],
  });
  const parameters = [
    ...blocks.flatMap(({ convolutions }) => convolutions.flatMap(parametersOf)),
    { name: 'classifier.weight', shape: [featureChannels, classes] },
    { name: 'classifier.bias', shape: [classes] },
  ];
  return { ...networkShape, blocks, featureChannels, featureSize: size, parameters };
}

/** Multiples of 8 and at least 8, never more than 10 % below the exact number (the authors' own rounding). */
function widened(channels: number, widthMultiplier: number): number {
  const exact = channels * widthMultiplier;
  const rounded = Math.max(8, Math.floor((exact + 4) / 8) * 8);
  return rounded < 0.9 * exact ? rounded + 8 : rounded;
}

interface BlockShape {
  channels: number;
  outputChannels: number;
  expansion: number;
  stride: 1 | 2;
  size: number;
}

function invertedResidual(name: string, shape: BlockShape): Block {
  const { channels, outputChannels, expansion, stride, size } = shape;
  const inner = channels * expansion;
  const expand = convolution(`${name}.expand`, 'pointwise', channels, inner, 1, size, true);
  return {
    name,
    isResidual: stride === 1 && channels === outputChannels,
    convolutions: [
      ...(expansion === 1 ? [] : [expand]),
      convolution(`${name}.depthwise`, 'depthwise', inner, inner, stride, size, true),
      convolution(`${name}.project`, 'pointwise', inner, outputChannels, 1, size / stride, false),
    ],
  };
}

function convolution(
  name: string,
  kind: ConvolutionKind,
  inputChannels: number,
  outputChannels: number,
  stride: 1 | 2,
  inputSize: number,
  hasActivation: boolean,
): Convolution {
  return {
    name,
    kind,
    inputChannels,
    outputChannels,
    kernelSize: kind === 'pointwise' ? 1 : 3,
    stride,
    pads: kind === 'pointwise' ? [0, 0, 0, 0] : stride === 1 ? [1, 1, 1, 1] : [0, 0, 1, 1],
    groups: kind === 'depthwise' ? inputChannels : 1,
    inputSize,
    outputSize: inputSize / stride,
    hasActivation,
  };
}

/** Weights in ONNX's order, [output][input][row][column]; a depthwise kernel has one input channel. */
function parametersOf({ name, inputChannels, outputChannels, kernelSize, groups }: Convolution): Parameter[] {
  return [
    { name: `${name}.weight`, shape: [outputChannels, inputChannels / groups, kernelSize, kernelSize] },
    { name: `${name}.bias`, shape: [outputChannels] },
  ];
}
