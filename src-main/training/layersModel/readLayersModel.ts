import { basename, join } from 'node:path';
import { UserError } from '../../../src-shared/errors.ts';
import { readWhole } from '../../images/walk/readFromDisk.ts';
import type { Convolution } from '../../network/mobileNetV2.ts';
import type { WeightedNetwork } from '../../network/readModelWeights.ts';
import type { Tensor } from '../../network/weights.ts';
import { LayersModelError } from './LayersModelError.ts';
import {
  type KerasLayer,
  layersModelSchema,
  topologyFileLimit,
  topologyFileName,
} from './layersModelSchema.ts';
import { type ConvolutionLayers, matchNetwork } from './matchNetwork.ts';
import { readWeightGroups } from './readWeightGroups.ts';
import { turnAxes } from './turnAxes.ts';

/**
 * Reads a MobileNetV2 from a LayersModel of TensorFlow.js: one of ours, or one of Keras with batch normalisation, which
 * is folded into the convolutions. Colour stems stay; `greyStem` sums them.
 *
 *     w' = w · γ / √(σ² + ε)            b' = β + (b − μ) · γ / √(σ² + ε)
 *
 * Nothing of the file is run; TensorFlow.js is not needed. Keras' networks expect pixels in −1…1, ours scales 0…255 to
 * that by itself.
 *
 * @param folder - holds `model.json` and the files of weights that it names
 * @throws UserError 'model-not-found'; 'model-damaged' with the reason; 'invalid-input' when it is another network
 */
export async function readLayersModel(folder: string): Promise<WeightedNetwork> {
  const model = basename(folder);
  try {
    const { modelTopology, weightsManifest } = parse(await readTopology(folder));
    const { network, convolutions, classifier } = matchNetwork(modelTopology.config.layers);
    const tensors = await readWeightGroups(folder, weightsManifest);
    const weights = new Map<string, Tensor>();
    for (const [part, layers] of convolutions) {
      const { weight, bias } = foldedConvolution(part, layers, tensors);
      weights.set(`${part.name}.weight`, weight).set(`${part.name}.bias`, bias);
    }
    const { featureChannels, classes } = network;
    weights.set('classifier.weight', tensorOf(tensors, classifier, 'kernel', [featureChannels, classes]));
    weights.set('classifier.bias', tensorOf(tensors, classifier, 'bias', [classes]));
    return { network, weights };
  } catch (error) {
    if (!(error instanceof LayersModelError)) throw error;
    const reason = `${error.message.charAt(0).toUpperCase()}${error.message.slice(1)}.`;
    throw new UserError('model-damaged', { model, reason }, { cause: error });
  }
}

async function readTopology(folder: string): Promise<Uint8Array> {
  try {
    return await readWhole(join(folder, topologyFileName), topologyFileLimit);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (error.code === 'file-not-found')
      throw new UserError('model-not-found', { model: basename(folder) }, { cause: error });
    throw new LayersModelError('its file model.json cannot be read, or is larger than 8 MB', {
      cause: error,
    });
  }
}

function parse(bytes: Uint8Array) {
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new LayersModelError('its file model.json is not JSON', { cause });
  }
  const { success, data, error } = layersModelSchema.safeParse(document);
  if (success) return data;
  const place = error.issues[0]?.path.join('.') ?? '';
  throw new LayersModelError(`its file model.json describes no LayersModel of float32 weights (${place})`, {
    cause: error,
  });
}

/** A convolution in our order of axes, with what normalises its answers folded in. */
function foldedConvolution(
  part: Convolution,
  { convolution, normalisation }: ConvolutionLayers,
  tensors: ReadonlyMap<string, Tensor>,
): { weight: Tensor; bias: Tensor } {
  const { kind, kernelSize, inputChannels, outputChannels } = part;
  const isDepthwise = kind === 'depthwise';
  const [kernelName, last] = isDepthwise ? ['depthwise_kernel', 1] : ['kernel', outputChannels];
  const kernel = tensorOf(tensors, convolution, kernelName, [kernelSize, kernelSize, inputChannels, last]);
  const weight = turnAxes(kernel, isDepthwise ? [2, 3, 0, 1] : [3, 2, 0, 1]);
  const vector = (layer: KerasLayer, name: string): Float32Array =>
    tensorOf(tensors, layer, name, [outputChannels]).values;
  const bias =
    convolution.config['use_bias'] === false
      ? new Float32Array(outputChannels)
      : Float32Array.from(vector(convolution, 'bias'));
  if (normalisation) {
    const { epsilon = 1e-3, scale, center } = normalisation.config;
    const gamma = scale === false ? undefined : vector(normalisation, 'gamma');
    const beta = center === false ? undefined : vector(normalisation, 'beta');
    const [mean, variance] = [vector(normalisation, 'moving_mean'), vector(normalisation, 'moving_variance')];
    const taps = weight.values.length / outputChannels;
    for (let channel = 0; channel < outputChannels; channel++) {
      const spread = Math.sqrt(variance[channel]! + Number(epsilon));
      if (!(spread > 0)) throw new LayersModelError(`its layer ${normalisation.config.name} has no variance`);
      const factor = (gamma?.[channel] ?? 1) / spread;
      bias[channel] = (beta?.[channel] ?? 0) + (bias[channel]! - mean[channel]!) * factor;
      for (let tap = 0; tap < taps; tap++) weight.values[channel * taps + tap]! *= factor;
    }
  }
  return { weight, bias: { shape: [outputChannels], values: bias } };
}

/** @throws LayersModelError when it is missing or has another shape */
function tensorOf(
  tensors: ReadonlyMap<string, Tensor>,
  { config }: KerasLayer,
  name: string,
  shape: readonly number[],
): Tensor {
  const tensor = tensors.get(`${config.name}/${name}`);
  if (!tensor) throw new LayersModelError(`its tensor ${config.name}/${name} is missing`);
  if (tensor.shape.join() !== shape.join())
    throw new LayersModelError(
      `its tensor ${config.name}/${name} is [${tensor.shape.join()}] instead of [${shape.join()}]`,
    );
  return tensor;
}
