import { availableParallelism } from 'node:os';
import type { ProviderName } from '../../src-shared/domain/analysis.ts';
import type { AugmentationPreset } from '../../src-shared/imaging/augmentation/augmentationPreset.ts';
import {
  recipeSchema,
  usualRecipe,
  type Recipe,
  type RunDocument,
  type StepEngineName,
  type Subset,
} from '../../src-shared/domain/trainingRun.ts';
import { UserError } from '../../src-shared/errors.ts';
import { readSplit } from '../datasets/splits/splitFile.ts';
import type { Split, SplitPart } from '../datasets/splits/Split.ts';
import { PictureReader } from '../training/pictures/PictureReader.ts';
import { ParameterVector } from '../training/ParameterVector.ts';
import { finishRun, type FinishedRun } from '../training/run/finishRun.ts';
import { loaderSetup, networkOf, openRun, type RunResources } from '../training/run/openRun.ts';
import { partsOfSplit } from '../training/run/partsOfSplit.ts';
import type { RunControl } from '../training/run/RunControl.ts';
import { RunFolder } from '../training/run/RunFolder.ts';
import { hashVector } from '../training/run/hashVector.ts';
import { startWeights, type StartWish } from '../training/run/startWeights.ts';
import type { LabelledPart, LoopEvent } from '../training/run/TrainingLoop.ts';
import { applicationVersion } from './applicationVersion.ts';
import { chooseStepProvider } from './chooseStepProvider.ts';
import { guardRun } from './guardRun.ts';
import { splitDataset } from './splitDataset.ts';

/** A run that is to begin. Paths are absolute. */
export interface TrainRequest {
  dataset: string;
  labelFile: string | null;
  subset: Subset;
  split: { kind: 'published' } | { kind: 'grouped'; folds: number } | { kind: 'file'; file: string };
  /** 0-based. */
  fold: number;
  seed: number;
  augmentation: AugmentationPreset;
  /** What differs from `usualRecipe`; subset, seed and augmentation are those above. */
  recipe: Partial<Recipe>;
  engine: StepEngineName;
  /** What of onnxruntime computes the steps; `auto` where left out, and for tfjs always the processor. */
  provider?: 'auto' | ProviderName;
  /** Threads of the engine; as many as the machine has processors where left out. */
  threads?: number;
  from: StartWish;
  out: string;
}

/** What a run tells, from its first line to its last. */
export type TrainEvent =
  | { type: 'started'; run: RunDocument; resumedAtEpoch: number }
  | LoopEvent
  | ({ type: 'finished' } & FinishedRun);

const defaultCacheBytes = 1 << 30;

/** What a run uses where nobody says otherwise: a loader thread for every four processors, 1 GiB of pictures. */
export function usualResources(): RunResources {
  return {
    loaderThreads: Math.max(1, Math.round(availableParallelism() / 4)),
    cacheBytes: defaultCacheBytes,
    checkpointEveryMs: 3 * 60_000,
  };
}

/**
 * Begins a run: splits the data, makes the start's weights, writes all that describes the run into its folder, trains.
 *
 * @throws UserError 'run-exists', 'invalid-input', 'cancelled' (its checkpoint is kept), and what splitting, reading
 * and writing throw
 */
export async function* trainModel(
  request: TrainRequest,
  control: RunControl,
  resources = usualResources(),
): AsyncGenerator<TrainEvent> {
  const folder = await RunFolder.create(request.out);
  try {
    await describeRun(folder, request, control);
    yield* carryOn(folder, control, resources);
  } finally {
    await folder.release();
  }
}

/** Goes on with a run from its last checkpoint. @throws UserError 'run-not-found', 'run-damaged', 'run-busy', … */
export async function* resumeTraining(
  out: string,
  control: RunControl,
  resources = usualResources(),
): AsyncGenerator<TrainEvent> {
  const folder = await RunFolder.reopen(out);
  try {
    yield* carryOn(folder, control, resources);
  } finally {
    await folder.release();
  }
}

async function* carryOn(
  folder: RunFolder,
  control: RunControl,
  resources: RunResources,
): AsyncGenerator<TrainEvent> {
  const opened = await openRun(folder, control, resources);
  try {
    yield { type: 'started', run: opened.run, resumedAtEpoch: opened.loop.history.length };
    yield* opened.loop.run();
    const finished = await finishRun(opened, folder);
    await guardRun(opened, folder, control);
    yield { type: 'finished', ...finished };
  } finally {
    await opened.close();
  }
}

async function describeRun(folder: RunFolder, request: TrainRequest, control: RunControl): Promise<void> {
  const recipe = recipeOf(request);
  const provider = await providerOf(request, recipe, control);
  const split = await splitOf(request, control);
  const parts = partsOfSplit(split, request.fold, request.subset);
  const network = networkOf({ recipe });
  const start = await startWeights(request.from, network, {
    recipe,
    someImages: () => readSomePictures(request.dataset, split, parts.train, recipe),
  });
  await control.allowed();
  const vector = new ParameterVector(network);
  const weights = new Float32Array(vector.length);
  vector.write(network, start.weights, weights);
  const { trainingImages, from } = start;
  const testHashes = parts.test.pictures.map((position) => split.pictures[position]!.hash);
  const run: RunDocument = {
    schemaVersion: 1,
    application: applicationVersion(),
    createdAt: new Date().toISOString(),
    dataset: { folder: request.dataset, fingerprint: split.datasetFingerprint },
    split: { protocol: split.protocol, seed: split.seed, fold: request.fold, sha256: split.sha256 },
    start: {
      from,
      sha256: hashVector(weights),
      testPicturesSeen: trainingImages && testHashes.filter((hash) => trainingImages.has(hash)).length,
    },
    recipe,
    engine: { name: request.engine, threads: request.threads ?? availableParallelism(), provider },
    parts: sizesOf(parts),
  };
  await folder.describe(run, split, { weights, trainingImages: trainingImages ?? new Set() });
}

function providerOf(
  { engine, provider = 'auto' }: TrainRequest,
  recipe: Recipe,
  { signal }: RunControl,
): Promise<ProviderName> {
  const isChoice = engine === 'onnx';
  if (!isChoice && provider !== 'auto' && provider !== 'cpu')
    throw new UserError('invalid-input', { reason: 'Only the engine onnx has execution providers.' });
  return chooseStepProvider(isChoice ? provider : 'cpu', recipe, { ...(signal && { signal }) });
}

function sizesOf({ train, validation, test }: Record<SplitPart, LabelledPart>): RunDocument['parts'] {
  return {
    train: train.pictures.length,
    validation: validation.pictures.length,
    test: test.pictures.length,
  };
}

function recipeOf({ subset, seed, augmentation, recipe }: TrainRequest): Recipe {
  const parsed = recipeSchema.safeParse({ ...usualRecipe, ...recipe, subset, seed, augmentation });
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw new UserError('invalid-input', {
    reason: `In the recipe, ${path.join('.') || 'the whole'}: ${message}.`,
  });
}

/** Pictures for a random start to be scaled by, drawn evenly from the training part. */
async function readSomePictures(
  dataset: string,
  split: Split,
  { pictures }: LabelledPart,
  recipe: Recipe,
): Promise<Float32Array> {
  const count = Math.min(pictures.length, 32);
  const reader = new PictureReader(loaderSetup(dataset, split, recipe, 0));
  const images = new Float32Array(new SharedArrayBuffer(4 * count * recipe.inputSize ** 2));
  const wanted = Array.from({ length: count }, (_, place) => ({
    picture: pictures[Math.floor((place * pictures.length) / count)]!,
    showing: null,
    place,
  }));
  await reader.load({ wanted, images });
  return Float32Array.from(images);
}

async function splitOf(request: TrainRequest, control: RunControl): Promise<Split> {
  const { split, dataset, labelFile, seed } = request;
  if (split.kind === 'file') return readSplit(split.file);
  await control.allowed();
  const { split: made } = await splitDataset({
    folder: dataset,
    labelFile,
    protocol: split.kind,
    folds: split.kind === 'grouped' ? split.folds : 1,
    seed,
    out: null,
    ...(control.signal && { signal: control.signal }),
  });
  return made;
}
