import { hash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { splitDataset } from '../../../src-main/calls/splitDataset.ts';
import { readCheckpoint } from '../../../src-main/training/run/Checkpoint.ts';
import type { EpochRecord, Recipe } from '../../../src-shared/domain/trainingRun.ts';
import { writeInventedDataset } from '../../fixtures/writeInventedDataset.ts';

/** A small network with everything that chance, or a state that lives on between steps, decides about. */
export const smallRecipe: Partial<Recipe> = {
  widthMultiplier: 0.25,
  inputSize: 32,
  epochs: 2,
  batch: 8,
  learningRate: 0.002,
  sampler: 'balanced',
  classWeights: 'balanced',
  dropout: 0.2,
  mixup: 0.3,
  clipNorm: 5,
  layerDecay: 0.95,
  averaging: 0.8,
};

/** Pictures, a grouped split of them and the recipe, in files of a folder. */
export interface SmallTraining {
  folder: string;
  dataset: string;
  labels: string;
  split: string;
  recipe: string;
}

/** Makes 48 invented pictures: 33 to train with, 11 to validate, 4 to test. */
export async function makeSmallTraining(folder: string): Promise<SmallTraining> {
  const dataset = join(folder, 'pictures');
  await writeInventedDataset(dataset, 12);
  const labels = join(dataset, 'labels.csv');
  const split = join(folder, 'split.json');
  await splitDataset({
    folder: dataset,
    labelFile: labels,
    protocol: 'grouped',
    folds: 1,
    seed: 1,
    out: split,
  });
  const recipe = join(folder, 'recipe.json');
  await writeFile(recipe, JSON.stringify(smallRecipe));
  return { folder, dataset, labels, split, recipe };
}

/** The words of a new run on two threads, with a checkpoint after every step. */
export function trainWords(training: SmallTraining, out: string, ...more: string[]): string[] {
  const { dataset, split, recipe } = training;
  const words = ['train', '--dataset', dataset, '--split', split, '--recipe', recipe, '--from', 'random'];
  return [...words, '--threads', '2', '--checkpoint-minutes', '0', '--out', out, '--json', ...more];
}

/** The words that go on with it. */
export function resumeWords(out: string): string[] {
  return ['train', '--resume', out, '--checkpoint-minutes', '0', '--json'];
}

/** The objects of a standard output that has one a line. */
export function linesOf<Line extends { type: string }>(stdout: string): Line[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

/** Everything of a run that has ended that chance or an interruption could have changed, as hashes of its bits. */
export async function outcomeOf(out: string): Promise<Record<string, unknown>> {
  const hashOf = async (...path: string[]): Promise<string> =>
    hash('sha256', await readFile(join(out, ...path)), 'hex');
  const last = await readCheckpoint(join(out, 'checkpoint', 'last.bin'));
  const { epoch, batch, step, history, best } = last!.state;
  const vectors = [...last!.vectors].map(([name, values]) => {
    return [name, hash('sha256', new Uint8Array(values.buffer), 'hex')] as const;
  });
  return {
    model: await hashOf('best', 'model.onnx'),
    best: await hashOf('checkpoint', 'best.bin'),
    images: await hashOf('training-images.txt'),
    vectors: Object.fromEntries(vectors),
    state: { epoch, batch, step, best, history: history.map(withoutSpeed) },
  };
}

/** How fast an epoch was is the one thing that two equal runs differ in. */
export function withoutSpeed(record: EpochRecord): EpochRecord {
  return { ...record, imagesPerSecond: 0 };
}
