import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { LoadedModel } from '../../../src-shared/domain/inference.ts';
import { modelCardSchema } from '../../../src-shared/domain/modelCard.ts';
import type { Recipe } from '../../../src-shared/domain/trainingRun.ts';
import { UserError } from '../../../src-shared/errors.ts';
import { RandomStream } from '../../../src-shared/statistics/RandomStream.ts';
import { initialiseByLsuv } from '../initialise/initialiseByLsuv.ts';
import { streams } from '../loop/streams.ts';
import { readLayersModel } from '../layersModel/readLayersModel.ts';
import { cardFileName, trainingImagesFileName } from '../../network/loadModel.ts';
import type { Network } from '../../network/mobileNetV2.ts';
import { readModelWeights } from '../../network/readModelWeights.ts';
import { sizeOf } from '../../network/GraphBuilder.ts';
import { greyStem, readWeights, type Tensor, type Weights } from '../../network/weights.ts';
import { classesOf } from './partsOfSplit.ts';

/** Where a run's first weights come from. */
export type StartWish =
  | { kind: 'imagenet'; folder: string }
  | { kind: 'random' }
  | { kind: 'model'; model: LoadedModel }
  /** A LayersModel of TensorFlow.js or Keras. */
  | { kind: 'layers-model'; folder: string };

/** A run's first weights. */
export interface Start {
  weights: Weights;
  /** `imagenet`, `random` or the model's name. */
  from: string;
  /** SHA-256 of the pictures that the start was trained on; null where nobody knows. */
  trainingImages: ReadonlySet<string> | null;
}

/** What a start is made for. */
export interface StartContext {
  recipe: Recipe;
  /** A few training pictures, ready for the network, [picture][row][column]. */
  someImages: () => Promise<Float32Array>;
}

/**
 * Makes a run's first weights: those of ImageNet, or of a model of this architecture (ours or a LayersModel), its classifier kept where the
 * classes are the same, or random ones that are scaled by real pictures.
 *
 * @throws UserError 'file-not-found', 'invalid-input', 'model-damaged', 'model-not-found'
 */
export async function startWeights(
  wish: StartWish,
  network: Network,
  { recipe: { seed, subset }, someImages }: StartContext,
): Promise<Start> {
  switch (wish.kind) {
    case 'imagenet': {
      const found = await readWeightsFolder(wish.folder);
      const weights = adaptWeights(found, network, { seed, keepsClassifier: false, source: wish.folder });
      return { weights, from: 'imagenet', trainingImages: await trainingHashesOf(wish) };
    }
    case 'random': {
      const weights = await initialiseByLsuv(network, await someImages(), seed);
      return { weights, from: 'random', trainingImages: await trainingHashesOf(wish) };
    }
    case 'model': {
      const { name, card } = wish.model;
      const keepsClassifier = card.classes.join() === classesOf(subset).join();
      const { weights } = await readModelWeights(wish.model);
      return {
        weights: adaptWeights(weights, network, { seed, keepsClassifier, source: name }),
        from: card.name,
        trainingImages: await trainingHashesOf(wish),
      };
    }
    case 'layers-model': {
      const { folder } = wish;
      const { weights } = await readLayersModel(folder);
      const keepsClassifier = (await classesOfExport(folder))?.join() === classesOf(subset).join();
      const source = basename(folder);
      return {
        weights: adaptWeights(weights, network, { seed, keepsClassifier, source }),
        from: source,
        trainingImages: await trainingHashesOf(wish),
      };
    }
  }
}

/** The classes that the card beside an export of ours names; null for a model from elsewhere, which says nothing. */
async function classesOfExport(folder: string): Promise<readonly string[] | null> {
  const text = await readFile(join(folder, cardFileName), 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return modelCardSchema.parse(JSON.parse(text)).classes;
  } catch {
    return null;
  }
}

/** SHA-256 of the pictures that a start was trained on; null where nobody knows. */
export function trainingHashesOf(wish: StartWish): Promise<ReadonlySet<string> | null> {
  switch (wish.kind) {
    case 'imagenet':
    case 'random':
      return Promise.resolve(new Set());
    case 'model':
      return readTrainingHashes(wish.model.folder);
    case 'layers-model':
      return readTrainingHashes(wish.folder);
  }
}

/** @returns null where the model does not say what it was trained on */
async function readTrainingHashes(folder: string): Promise<ReadonlySet<string> | null> {
  const text = await readFile(join(folder, trainingImagesFileName), 'utf8').catch(() => '');
  const hashes = new Set(text.match(/\b[0-9a-f]{64}\b/g));
  return hashes.size === 0 ? null : hashes;
}

/**
 * Reads weights in the form of `weights.json` beside `weights.bin`, as our ImageNet start comes.
 *
 * @param folder - absolute
 * @throws UserError 'file-not-found', 'invalid-input'
 */
export async function readWeightsFolder(folder: string): Promise<Weights> {
  const [description, bytes] = await Promise.all([
    readNamed(folder, 'weights.json'),
    readNamed(folder, 'weights.bin'),
  ]);
  try {
    return readWeights(JSON.parse(description.toString('utf8')), bytes);
  } catch (cause) {
    throw notWeights(folder, cause);
  }
}

async function readNamed(folder: string, name: string): Promise<Buffer> {
  return readFile(join(folder, name)).catch((cause: unknown) => {
    throw new UserError('file-not-found', { file: `${basename(folder)}/${name}` }, { cause });
  });
}

/**
 * Fits the weights of a related network to one that is to be trained: a colour stem is summed into a grey one, and a
 * classifier of other classes starts anew.
 *
 *     W ~ U(−a, a),  a = √(6 / (features + classes)),  b = 0           (Glorot & Bengio, AISTATS 2010, equation 16)
 *
 * @param keepsClassifier - whether the weights' classifier is for the same classes in the same order
 * @throws UserError 'invalid-input' when another tensor does not fit
 */
export function adaptWeights(
  weights: Weights,
  network: Network,
  { seed, keepsClassifier, source }: { seed: number; keepsClassifier: boolean; source: string },
): Weights {
  const fresh = freshClassifier(network, seed);
  const adapted = new Map<string, Tensor>();
  for (const { name, shape } of network.parameters) {
    const isClassifier = name.startsWith('classifier.');
    let tensor = isClassifier && !keepsClassifier ? fresh.get(name) : weights.get(name);
    if (name === 'stem.weight' && tensor?.shape[1] === 3 && network.inputChannels === 1)
      tensor = greyStem(tensor);
    if (tensor?.shape.join() !== shape.join())
      throw notWeights(source, new RangeError(`${name} does not fit`));
    adapted.set(name, tensor);
  }
  return adapted;
}

function freshClassifier({ parameters, featureChannels, classes }: Network, seed: number): Weights {
  const random = new RandomStream(seed, streams.start);
  const limit = Math.sqrt(6 / (featureChannels + classes));
  return new Map(
    parameters
      .filter(({ name }) => name.startsWith('classifier.'))
      .map(({ name, shape }) => {
        const isWeight = name.endsWith('.weight');
        const values = Float32Array.from({ length: sizeOf(shape) }, () =>
          isWeight ? random.between(-limit, limit) : 0,
        );
        return [name, { shape, values }];
      }),
  );
}

function notWeights(source: string, cause: unknown): UserError {
  const file = basename(source);
  const reason = `${file} holds no weights of this network${cause instanceof RangeError ? `: ${cause.message}` : ''}.`;
  return new UserError('invalid-input', { file, reason }, { cause });
}
