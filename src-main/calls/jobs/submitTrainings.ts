import { hash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { trainingChunkPrefix, trainingSet } from '../../../src-shared/domain/jobs.ts';
import { UserError, type CancelSignal } from '../../../src-shared/errors.ts';
import { readSplit } from '../../datasets/splits/splitFile.ts';
import type { Split } from '../../datasets/splits/Split.ts';
import type { JobServices } from '../../jobs/openEmbedded.ts';
import { writeDurably } from '../../storage/writeDurably.ts';
import { readAugmentationPreset } from '../../training/augmentation/readAugmentationPreset.ts';
import type { ModelLibrary } from '../ModelLibrary.ts';
import { splitDataset } from '../splitDataset.ts';
import type { StartPlace, TrainOrder } from '../training/childMessages.ts';
import type { SweepPoint, TrainingSweep } from './readTrainingPlan.ts';

/** The order of a run, in its folder. */
export const orderName = 'job.json';

/** What came of handing trainings in. */
export interface HandedTrainings {
  submission: string;
  /** Runs of the plan. */
  runs: number;
  /** Of these, the ones that nobody had trained or was waiting for. */
  added: number;
}

/** What else a submission says. */
export interface TrainingWish {
  priority: number;
  models: ModelLibrary;
  signal: CancelSignal;
}

/**
 * Hands in every run of a plan as a job of its own. A run is known by what decides its outcome:
 *
 *     key = SHA-256 of JSON [split's SHA-256, fold, seed, recipe, augmentation, engine, threads, first weights]
 *
 * so a plan that is handed in twice, or grows, trains nothing again. Data set, split and runs' folders must be under the
 * same paths wherever a worker is.
 *
 * @throws UserError what splitting and reading throw, 'folder-unwritable', 'store-…', 'fleet-store-unreachable'
 */
export async function submitTrainings(
  plan: TrainingSweep,
  { store, queue }: JobServices,
  { priority, models, signal }: TrainingWish,
): Promise<HandedTrainings> {
  await mkdir(plan.out, { recursive: true }).catch((cause: unknown) => {
    throw new UserError('folder-unwritable', {}, { cause });
  });
  const { file, split } = await splitOf(plan, signal);
  const augmentation = await readAugmentationPreset(plan.augment);
  const start = await startOf(plan.from, models);
  const wish = { model: 'training', modelSet: trainingSet, provider: plan.provider, priority };
  const handed: HandedTrainings = { submission: randomUUID(), runs: 0, added: 0 };
  await store.openSubmission(handed.submission, wish);
  for (const { point, seed, fold } of runsOf(plan, split)) {
    const { engine, provider, threads } = plan;
    const decisive = [split.sha256, fold, seed, point.recipe, augmentation, engine, threads, start.name];
    const key = hash('sha256', JSON.stringify(decisive), 'hex');
    const out = join(plan.out, `${nameOf(point, seed, fold)}-${key.slice(0, 8)}`);
    const order: TrainOrder = {
      kind: 'train',
      request: {
        ...{ dataset: plan.dataset, labelFile: plan.labels, split: { kind: 'file', file } },
        ...{ subset: point.recipe.subset ?? 'combined', fold, seed, augmentation, recipe: point.recipe },
        ...{ engine, provider, ...(threads !== undefined && { threads }), out },
      },
      start: start.place,
    };
    const text = `${JSON.stringify(order, null, 2)}\n`;
    await mkdir(out, { recursive: true });
    await writeDurably(join(out, orderName), [text]);
    const job = { contentKey: key, path: out, frame: null, fileHash: hash('sha256', text, 'hex') };
    const chunk = `${trainingChunkPrefix}${randomUUID()}`;
    handed.added += await store.addChunk(handed.submission, chunk, wish, [job]);
    handed.runs++;
  }
  await store.completeSubmission(handed.submission);
  await queue.offer();
  return handed;
}

/** The split of all runs, and the file that it lies in. */
async function splitOf(plan: TrainingSweep, signal: CancelSignal): Promise<{ file: string; split: Split }> {
  const { dataset, labels, split, splitSeed, folds, out } = plan;
  if (split !== 'grouped' && split !== 'published') return { file: split, split: await readSplit(split) };
  const file = join(out, 'split.json');
  const made = await splitDataset({
    ...{ folder: dataset, labelFile: labels, protocol: split, folds: split === 'grouped' ? folds : 1 },
    ...{ seed: splitSeed, out: file, signal },
  });
  return { file, split: made.split };
}

/** @returns where first weights lie, and what they are known by */
async function startOf(from: string, models: ModelLibrary): Promise<{ place: StartPlace; name: string }> {
  if (from === 'random') return { place: { kind: 'random' }, name: from };
  const isFolder = from.startsWith('imagenet:') || existsSync(join(from, 'model.json'));
  const path = from.replace(/^imagenet:/, '');
  if (isFolder) return { place: { kind: 'folder', path }, name: from };
  const { folder, fingerprint } = await models.load(from);
  return { place: { kind: 'folder', path: folder }, name: fingerprint };
}

function* runsOf(
  { points, seeds }: TrainingSweep,
  { folds }: Split,
): Generator<{ point: SweepPoint; seed: number; fold: number }> {
  for (const point of points)
    for (const seed of seeds) for (const fold of folds.keys()) yield { point, seed, fold };
}

/** For people: `fold-1-seed-7-learningRate-0.001`. */
function nameOf({ swept }: SweepPoint, seed: number, fold: number): string {
  const values = Object.entries(swept).map(([field, value]) => `${field}-${JSON.stringify(value)}`);
  const name = [`fold-${fold + 1}`, `seed-${seed}`, ...values].join('-');
  return name.replace(/[^A-Za-z0-9.-]+/g, '_').slice(0, 120);
}
