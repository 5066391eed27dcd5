import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InferencePort, LoadedModel } from '../../src-shared/domain/inference.ts';
import type { ModelCard } from '../../src-shared/domain/modelCard.ts';
import type { Subset } from '../../src-shared/domain/trainingRun.ts';
import { guardScore } from '../../src-shared/statistics/guard/guardScore.ts';
import { rankingCurves } from '../../src-shared/statistics/rankingCurves.ts';
import { wilsonInterval } from '../../src-shared/statistics/wilsonInterval.ts';
import type { Split, SplitPart } from '../datasets/splits/Split.ts';
import { cardFileName, fingerprintOf, guardFileName, loadModel } from '../network/loadModel.ts';
import { toModelInput } from '../preprocess/toModelInput.ts';
import { replaceFolder } from '../storage/replaceFolder.ts';
import {
  centralSlices,
  readLabelledSlices,
  type SliceLabel,
} from '../training/evaluation/readLabelledSlices.ts';
import {
  fitModelGuard,
  meansOfInputs,
  type FittedGuard,
  type GuardSources,
} from '../training/guard/fitModelGuard.ts';
import type { StrangerKind } from '../training/guard/makeStranger.ts';
import { partsOfSplit } from '../training/run/partsOfSplit.ts';

/** Files to try a guard on; all slices of one name are judged together. */
export interface GuardTrial {
  name: string;
  /** Files and folders, absolute. */
  paths: readonly string[];
}

/** A model that is to be given a guard. */
export interface GuardRequest {
  /** The model's folder, absolute; it is replaced whole. */
  folder: string;
  split: Split;
  /** 0-based. */
  fold: number;
  /** True for pictures that are no head MR, by the file's SHA-256: not fitted on, and no part of the threshold. */
  isExcluded?: (fileHash: string) => boolean;
  inference: InferencePort;
  load: GuardSources['load'];
  allowed: GuardSources['allowed'];
  /** Pictures that should be flagged, of kinds that the fit has not seen. */
  strangers?: readonly GuardTrial[];
  /** Heads of other sources, which should not. */
  heads?: readonly GuardTrial[];
}

const method =
  'Linear discriminant of 3 × 3 region means against strangers made of training pictures (outlier exposure), plus the residual of pooled features beyond 64 principal axes (ViM)';

/** Names of the card's metrics that a guard gives. */
const metricNames = { flagged: 'guardFlagged', area: 'guardArea', heads: 'guardFlaggedHeads' };

/**
 * Fits a guard for a finished model and writes it, with its figures, into the model's folder, in place of an older one.
 * Nothing is trained: one run over training, validation and test part, and one over the strangers.
 *
 * @returns the card's guard; null where the split has too few pictures for one, and the model stays without
 * @throws UserError 'model-not-found', 'model-damaged', 'inference-failed', 'inference-stopped', 'cancelled',
 * 'disk-full', 'folder-unwritable', or what is wrong with a picture
 */
export async function guardModel(request: GuardRequest): Promise<ModelCard['guard']> {
  const model = await loadModel(request.folder);
  const fitted = await fitModelGuard({ ...request, model, parts: partsOf(request, model) });
  if (fitted === null) return null;
  const { bytes, threshold } = fitted;
  const guard = { method, threshold, sha256: fingerprintOf(bytes) };
  const old = model.card.metrics.filter(({ name }) => !Object.values(metricNames).includes(name));
  const metrics = [...old, ...(await metricsOf(request, model, fitted))];
  const card: ModelCard = { ...model.card, guard, metrics };
  await replaceFolder(request.folder, async (temporary) => {
    await cp(request.folder, temporary, { recursive: true });
    for (const name of [cardFileName, guardFileName]) await rm(join(temporary, name), { force: true });
    await writeFile(join(temporary, guardFileName), bytes);
    await writeFile(join(temporary, cardFileName), `${JSON.stringify(card, null, 2)}\n`);
    await loadModel(temporary);
  });
  return guard;
}

function partsOf(
  { split, fold, isExcluded }: GuardRequest,
  { card }: LoadedModel,
): Record<SplitPart, readonly number[]> {
  const subset: Subset = card.task === 'plane' ? 'plane' : card.subset;
  const parts = partsOfSplit(split, fold, subset);
  const kept = (part: SplitPart): number[] =>
    parts[part].pictures.filter((position) => !isExcluded?.(split.pictures[position]!.hash));
  return { train: kept('train'), validation: kept('validation'), test: kept('test') };
}

const madeNames: Record<StrangerKind, string> = {
  turned: 'heads turned by 90° or 180° or upside down',
  cropped: 'cut-outs of a quarter to a half of each side',
  shuffled: 'heads in shuffled pieces',
  noise: 'noise',
  clouds: 'smooth noise',
};

async function metricsOf(
  request: GuardRequest,
  model: LoadedModel,
  { test, threshold, strangers, guard }: FittedGuard,
): Promise<ModelCard['metrics']> {
  const { protocol } = request.split;
  const metrics = [flaggedShare(metricNames.flagged, test, threshold, `test part of the ${protocol} split`)];
  for (const [kind, scores] of strangers)
    metrics.push(
      areaOf(scores, test, `${madeNames[kind]}, made of the test part, a kind that the fit knows`),
    );
  const scoresOf = async ({ paths }: GuardTrial): Promise<number[]> =>
    (await scoresUnder(paths, model, request)).map((means) => guardScore(means, guard));
  for (const trial of request.strangers ?? [])
    metrics.push(areaOf(await scoresOf(trial), test, `${trial.name}, a kind that the fit does not know`));
  for (const trial of request.heads ?? [])
    metrics.push(flaggedShare(metricNames.heads, await scoresOf(trial), threshold, trial.name));
  return metrics.flat();
}

function flaggedShare(
  name: string,
  scores: readonly number[],
  threshold: number,
  protocol: string,
): ModelCard['metrics'] {
  const [n, flagged] = [scores.length, scores.filter((score) => score > threshold).length];
  const interval = wilsonInterval(flagged, n);
  return interval === null ? [] : [{ name, value: flagged / n, interval: [...interval], protocol, n }];
}

/** Area under the ROC curve of strangers against the test part. */
function areaOf(scores: readonly number[], test: readonly number[], protocol: string): ModelCard['metrics'] {
  const all = [...scores, ...test];
  const { rocArea } = rankingCurves(
    all,
    all.map((_, i) => i < scores.length),
    false,
  );
  if (rocArea === null) return [];
  return [{ name: metricNames.area, value: rocArea, interval: null, protocol, n: scores.length }];
}

async function scoresUnder(
  paths: readonly string[],
  model: LoadedModel,
  { inference, allowed }: GuardRequest,
): Promise<Float32Array[]> {
  const means: Float32Array[] = [];
  const labelOf = (): SliceLabel => ({ class: 'no_tumor', plane: null, group: '' });
  for (const path of paths)
    for await (const item of readLabelledSlices(path, { labelOf, chooseSlices: centralSlices })) {
      if (item.kind === 'failure') continue;
      await allowed();
      const { values } = toModelInput(item.value.slice, model.card);
      means.push(...(await meansOfInputs(model, inference, values, 1)));
    }
  return means;
}
