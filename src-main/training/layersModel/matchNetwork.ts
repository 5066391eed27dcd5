import { UserError } from '../../../src-shared/errors.ts';
import { type Convolution, describeMobileNetV2, type Network } from '../../network/mobileNetV2.ts';
import type { KerasLayer } from './layersModelSchema.ts';

/** The layers that hold a convolution's parameters. */
export interface ConvolutionLayers {
  convolution: KerasLayer;
  /** Between convolution and activation, where there is one. */
  normalisation?: KerasLayer;
}

/** A network, and the layers of a Keras model that are its parts. */
export interface NetworkMatch {
  network: Network;
  convolutions: ReadonlyMap<Convolution, ConvolutionLayers>;
  classifier: KerasLayer;
}

/** Those of Keras' own models, and every twentieth: rounding to multiples of 8 leaves no others to tell apart. */
const widthMultipliers = [
  1,
  0.75,
  0.5,
  0.35,
  0.25,
  1.3,
  1.4,
  ...Array.from({ length: 40 }, (_, i) => (i + 1) / 20),
];

/**
 * Finds our network in a model of Keras layers: MobileNetV2 with or without batch normalisation, its layers in the
 * order in which they are computed. Every layer is accounted for: its settings, and from where it takes its input.
 *
 * @throws UserError 'invalid-input' naming the first layer that does not fit
 */
export function matchNetwork(layers: readonly KerasLayer[]): NetworkMatch {
  const network = describeNetwork(layers);
  const walk = new Walk(layers);
  const convolutions = new Map<Convolution, ConvolutionLayers>();
  walk.take('InputLayer');
  const scaling = walk.takeIf('Rescaling');
  if (scaling) {
    const { scale, offset } = scaling.config;
    const isOurs = typeof scale === 'number' && Math.abs(scale * 127.5 - 1) < 1e-5 && offset === -1;
    check(isOurs, scaling);
  }
  for (const { convolutions: parts, isResidual } of network.blocks) {
    const blockInput = walk.flow;
    for (const part of parts) convolutions.set(part, matchConvolution(walk, part));
    if (isResidual) walk.takeSum(blockInput);
  }
  const mean = walk.take('GlobalAveragePooling2D');
  check(is(mean, 'keepdims', [undefined, false]), mean);
  walk.takeIf('Dropout');
  const classifier = walk.take('Dense');
  // Softmax comes after the logits, which are what we compute.
  check(
    is(classifier, 'activation', ['linear', 'softmax']) && is(classifier, 'use_bias', [true]),
    classifier,
  );
  walk.end();
  return { network, convolutions, classifier };
}

/** Reads input size, channels and classes, and finds the width that gives every convolution its channels. */
function describeNetwork(layers: readonly KerasLayer[]): Network {
  const input = layers[0]?.config;
  const [, rows, columns, inputChannels] = listOf(input?.['batch_input_shape'] ?? input?.['batch_shape']);
  const classes = layers.findLast(({ class_name: kind }) => kind === 'Dense')?.config['units'];
  const isPlausible =
    rows === columns &&
    isWhole(rows, 32, 1024) &&
    rows % 32 === 0 &&
    (inputChannels === 1 || inputChannels === 3) &&
    isWhole(classes, 1, 10_000);
  if (!isPlausible) throw notOurs('its input or its classes are others');
  const filters = layers
    .filter(({ class_name: kind }) => kind === 'Conv2D')
    .map(({ config }) => config['filters'])
    .join();
  for (const widthMultiplier of widthMultipliers) {
    const network = describeMobileNetV2({ widthMultiplier, inputSize: rows, inputChannels, classes });
    const ours = network.blocks
      .flatMap(({ convolutions }) => convolutions)
      .filter(({ kind }) => kind !== 'depthwise');
    if (ours.map(({ outputChannels }) => outputChannels).join() === filters) return network;
  }
  throw notOurs('its convolutions have other channels');
}

function matchConvolution(walk: Walk, part: Convolution): ConvolutionLayers {
  const { kind, kernelSize, stride, hasActivation } = part;
  const padding = stride === 2 ? walk.takeIf('ZeroPadding2D') : undefined;
  if (padding)
    check(
      isSame(padding.config['padding'], [
        [0, 1],
        [0, 1],
      ]),
      padding,
    );
  const layer = walk.take(kind === 'depthwise' ? 'DepthwiseConv2D' : 'Conv2D');
  const fits =
    isSame(pairOf(layer.config['kernel_size']), [kernelSize, kernelSize]) &&
    isSame(pairOf(layer.config['strides']), [stride, stride]) &&
    is(layer, 'padding', kernelSize === 1 ? ['same', 'valid'] : [padding ? 'valid' : 'same']) &&
    isSame(pairOf(layer.config['dilation_rate'] ?? 1), [1, 1]) &&
    is(layer, 'data_format', [undefined, null, 'channels_last', 'channelsLast']) &&
    is(layer, 'activation', [undefined, null, 'linear']) &&
    is(layer, 'groups', [undefined, 1]) &&
    is(layer, 'depth_multiplier', [undefined, 1]);
  check(fits, layer);
  const normalisation = walk.takeIf('BatchNormalization');
  if (normalisation) {
    const [axis = -1, ...others] = listOf(normalisation.config['axis']);
    check((axis === 3 || axis === -1) && others.length === 0, normalisation);
  }
  if (hasActivation) matchActivation(walk);
  return normalisation ? { convolution: layer, normalisation } : { convolution: layer };
}

/** ReLU6, as a layer of its own or as the activation of that name. */
function matchActivation(walk: Walk): void {
  const named = walk.takeIf('Activation');
  if (named) return check(is(named, 'activation', ['relu6']), named);
  const layer = walk.take('ReLU');
  const isPlain =
    is(layer, 'negative_slope', [undefined, null, 0]) && is(layer, 'threshold', [undefined, null, 0]);
  check(is(layer, 'max_value', [6]) && isPlain, layer);
}

/** Goes through layers in their order, each of which must take its input from the one before. */
class Walk {
  /** The last layer that was taken. */
  flow: string | undefined;
  readonly #layers: readonly KerasLayer[];
  #place = 0;

  constructor(layers: readonly KerasLayer[]) {
    this.#layers = layers;
  }

  take(kind: string): KerasLayer {
    const layer = this.takeIf(kind);
    if (!layer) throw notOurs(`${this.#next()?.config.name ?? 'the end'} stands where ${kind} is expected`);
    return layer;
  }

  takeIf(kind: string): KerasLayer | undefined {
    const layer = this.#next();
    if (layer?.class_name !== kind) return undefined;
    this.#advance(layer, this.flow === undefined ? [] : [this.flow]);
    return layer;
  }

  /** The sum of the flow and what an earlier layer gave. */
  takeSum(earlier: string | undefined): void {
    const layer = this.#next();
    if (layer?.class_name !== 'Add' || earlier === undefined || this.flow === undefined)
      throw notOurs(`${layer?.config.name ?? 'the end'} stands where Add is expected`);
    this.#advance(layer, [earlier, this.flow]);
  }

  end(): void {
    const layer = this.#next();
    if (layer) throw notOurs(`${layer.config.name} comes after the classifier`);
  }

  #next(): KerasLayer | undefined {
    return this.#layers[this.#place];
  }

  #advance(layer: KerasLayer, inputs: readonly string[]): void {
    const found = layer.inbound_nodes.flatMap((node) => node.map(([name]) => name));
    if (!isSame(found.sort(), [...inputs].sort())) throw notOurs(`${layer.config.name} has other inputs`);
    this.flow = layer.config.name;
    this.#place += 1;
  }
}

function check(fits: boolean, { config }: KerasLayer): void {
  if (!fits) throw notOurs(`${config.name} has other settings`);
}

function is({ config }: KerasLayer, setting: string, allowed: readonly unknown[]): boolean {
  return allowed.includes(config[setting]);
}

function isSame(found: unknown, expected: unknown): boolean {
  return JSON.stringify(found) === JSON.stringify(expected);
}

function isWhole(value: unknown, least: number, most: number): value is number {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** Keras writes one number for two equal ones. */
function pairOf(value: unknown): unknown {
  return typeof value === 'number' ? [value, value] : value;
}

function notOurs(reason: string): UserError {
  return new UserError('invalid-input', {
    reason: `This model is not a MobileNetV2 as we know it: ${reason}.`,
  });
}
