import type { Recipe, RunDocument } from '../../../src-shared/domain/trainingRun.ts';
import type { SplitPart, Split } from '../../datasets/splits/Split.ts';
import { describeMobileNetV2, type Network } from '../../network/mobileNetV2.ts';
import { learningGroups } from '../loop/learningGroups.ts';
import { AdamW } from '../optimisers/AdamW.ts';
import { Momentum } from '../optimisers/Momentum.ts';
import type { Optimiser } from '../optimisers/Optimiser.ts';
import { ParameterVector } from '../ParameterVector.ts';
import { PictureLoader } from '../pictures/PictureLoader.ts';
import type { LoaderSetup } from '../pictures/shares.ts';
import type { StepEngine } from '../StepEngine.ts';
import { createStepEngine } from './createStepEngine.ts';
import { hashVector } from './hashVector.ts';
import { classesOf, partsOfSplit } from './partsOfSplit.ts';
import type { RunControl } from './RunControl.ts';
import type { RunFolder } from './RunFolder.ts';
import { TrainingLoop, type LabelledPart, type LoopParts } from './TrainingLoop.ts';

/** What of the machine a run may use. None of it changes a result, but for the engine's threads in `run.json`. */
export interface RunResources {
  loaderThreads: number;
  /** Memory for decoded pictures. */
  cacheBytes: number;
  checkpointEveryMs: number;
}

/** A run with everything that it needs, between its start and its end. */
export interface OpenedRun {
  run: RunDocument;
  split: Split;
  parts: Record<SplitPart, LabelledPart>;
  network: Network;
  vector: ParameterVector;
  engine: StepEngine;
  loop: TrainingLoop;
  loopParts: LoopParts;
  close(): Promise<void>;
}

/** The network that a recipe trains. */
export function networkOf({ recipe }: Pick<RunDocument, 'recipe'>): Network {
  const { widthMultiplier, inputSize, subset } = recipe;
  return describeMobileNetV2({
    widthMultiplier,
    inputSize,
    inputChannels: 1,
    classes: classesOf(subset).length,
  });
}

/** What loading a run's pictures needs to know; positions are those of the split. */
export function loaderSetup(folder: string, split: Split, recipe: Recipe, cacheBytes: number): LoaderSetup {
  const { widthMultiplier, inputSize, preprocessing, augmentation, seed } = recipe;
  return {
    folder,
    pictures: split.pictures.map(({ path, frame, hash }) => ({ path, frame, hash })),
    rule: {
      architecture: { name: 'mobilenet-v2', widthMultiplier, inputSize },
      preprocessing: { id: preprocessing, version: 1 },
    },
    augmentation,
    seed,
    cacheBytes,
  };
}

/**
 * Prepares a run from its folder: engine, optimiser and loader, at its start or its last checkpoint.
 *
 * @throws UserError 'run-damaged', 'invalid-input', 'component-missing'
 */
export async function openRun(
  folder: RunFolder,
  control: RunControl,
  resources: RunResources,
): Promise<OpenedRun> {
  const { run, split } = await folder.read();
  const parts = partsOfSplit(split, run.split.fold, run.recipe.subset);
  const [start, checkpoint] = [await folder.readStart(), await folder.readCheckpoint()];
  const network = networkOf(run);
  const vector = new ParameterVector(network);
  if (hashVector(start) !== run.start.sha256 || start.length !== vector.length)
    throw folder.damaged('checkpoint/start.bin is of another run.');
  const engine = await createStepEngine(network, run.recipe.freeze, run.engine);
  engine.weights.set(start);
  const loader = new PictureLoader(
    loaderSetup(run.dataset.folder, split, run.recipe, resources.cacheBytes),
    resources.loaderThreads,
  );
  const close = async (): Promise<void> => {
    await Promise.all([engine.close(), loader.close()]);
  };
  const loopParts: LoopParts = {
    recipe: run.recipe,
    network,
    engine,
    optimiser: createOptimiser(run.recipe, network, vector),
    loader,
    train: parts.train,
    validation: parts.validation,
    control,
    save: (made) => folder.writeCheckpoint(made),
    saveBest: (weights) => folder.writeBest(weights),
    checkpointEveryMs: resources.checkpointEveryMs,
  };
  try {
    const loop = new TrainingLoop(loopParts, checkpoint);
    return { run, split, parts, network, vector, engine, loop, loopParts, close };
  } catch (cause) {
    // Its threads would keep the process alive.
    await close();
    throw folder.damaged('checkpoint/last.bin is of another run.', cause);
  }
}

/** The optimiser of a recipe, at its start. */
export function createOptimiser(recipe: Recipe, network: Network, vector: ParameterVector): Optimiser {
  const groups = learningGroups(network, vector, recipe);
  const { optimiser } = recipe;
  return optimiser.name === 'adamw'
    ? new AdamW(vector.length, groups)
    : new Momentum(vector.length, groups, optimiser);
}
