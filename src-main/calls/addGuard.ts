import type { InferencePort } from '../../src-shared/domain/inference.ts';
import type { ModelCard } from '../../src-shared/domain/modelCard.ts';
import { throwIfCancelled, type CancelSignal } from '../../src-shared/errors.ts';
import { loadModel } from '../network/loadModel.ts';
import { PictureReader } from '../training/pictures/PictureReader.ts';
import { guardModel, type GuardRequest } from './guardModel.ts';

/** A finished model that is to be given a guard, and the data that it was trained on. */
export interface AddGuardRequest extends Omit<GuardRequest, 'inference' | 'load' | 'allowed'> {
  /** The data set's folder, absolute. */
  dataset: string;
  signal?: CancelSignal | undefined;
}

/**
 * Fits the guard of a model anew, for instance of one that was trained before there were guards; see `guardModel`.
 *
 * @returns the card's metrics of the guard
 * @throws UserError as `guardModel`
 */
export async function addGuard(
  { dataset, signal, ...request }: AddGuardRequest,
  inference: InferencePort,
): Promise<ModelCard['metrics']> {
  const { card } = await loadModel(request.folder);
  const reader = new PictureReader({
    folder: dataset,
    pictures: request.split.pictures.map(({ path, frame, hash }) => ({ path, frame, hash })),
    rule: card,
    augmentation: { version: 1, name: 'none', steps: [] },
    seed: 0,
    cacheBytes: keptBytes,
  });
  const area = card.architecture.inputSize ** 2;
  await guardModel({
    ...request,
    inference,
    load: async (positions) => {
      const images = new Float32Array(new SharedArrayBuffer(4 * positions.length * area));
      const wanted = positions.map((picture, place) => ({ picture, showing: null, place }));
      await reader.load({ wanted, images });
      return images;
    },
    allowed: () => Promise.resolve(throwIfCancelled(signal)),
  });
  const { metrics } = (await loadModel(request.folder)).card;
  return metrics.filter(({ name }) => name.startsWith('guard'));
}

/** Pictures are asked for up to three times. */
const keptBytes = 1 << 30;
