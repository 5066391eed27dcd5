import { readFile } from 'node:fs/promises';
import { UserError } from '../../src-shared/errors.ts';
import { gradientGraph } from '../network/gradientGraph.ts';
import { fingerprintOf } from '../network/loadModel.ts';
import { withOutputs } from '../network/onnxSchema.ts';
import { readModelWeights, type WeightedNetwork } from '../network/readModelWeights.ts';
import { readOnnxGraph } from '../network/readOnnxGraph.ts';
import { tailGradientGraph, type TailGraph } from '../network/tailGradientGraph.ts';
import type { AnswerGradientOrder, GradientOrder, RunOrder } from './messages.ts';

/**
 * A model's own graph; where the gradient of its answer was asked for and can be had, it also gives the maps there
 * under `mapsName`.
 */
export interface AnswerGraph {
  bytes: Uint8Array;
  tail: (TailGraph & { mapsName: string }) | null;
}

/** @throws UserError 'model-damaged' where the file is not what it was */
export async function answerGraph({ model, answerGradient }: RunOrder): Promise<AnswerGraph> {
  const bytes = await readFile(model.file).catch((cause: unknown) => {
    throw new UserError(
      'model-damaged',
      { model: model.name, reason: 'model.onnx cannot be read.' },
      { cause },
    );
  });
  if (fingerprintOf(bytes) !== model.fingerprint)
    throw new UserError('model-damaged', {
      model: model.name,
      reason: 'model.onnx was changed while it was in use.',
    });
  const tail = answerGradient === null ? null : await tailGraph(bytes, answerGradient);
  return tail === null ? { bytes, tail } : { bytes: withOutputs(bytes, [tail.mapsName]), tail };
}

/** Null where the network is none of ours. */
async function tailGraph(
  bytes: Uint8Array,
  { model, place }: AnswerGradientOrder,
): Promise<AnswerGraph['tail']> {
  const mapsName = readOnnxGraph(bytes).activationBehind(`${place}.weight`);
  const own = mapsName === null ? null : await ownNetwork(model);
  if (mapsName === null || own === null) return null;
  return { ...tailGradientGraph(own.network, own.weights, place), mapsName };
}

async function ownNetwork(model: AnswerGradientOrder['model']): Promise<WeightedNetwork | null> {
  try {
    return await readModelWeights(model);
  } catch (error) {
    if (error instanceof UserError && error.code === 'invalid-input') return null;
    throw error;
  }
}

/** The gradient inside a network for pictures one by one. @throws UserError as `readModelWeights` */
export async function wholeGradientGraph(
  { model, activations, wantsImage }: GradientOrder,
  batch: number,
): Promise<Uint8Array> {
  const { network, weights } = await readModelWeights(model);
  return gradientGraph({ network, weights, batch, activations, isImageWanted: wantsImage });
}
