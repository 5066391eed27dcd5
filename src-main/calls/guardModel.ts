import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InferencePort, LoadedModel } from '../../src-shared/domain/inference.ts';
import type { ModelCard } from '../../src-shared/domain/modelCard.ts';
import type { Subset } from '../../src-shared/domain/trainingRun.ts';
import { guardScore, type GuardSample } from '../../src-shared/statistics/guard/guardScore.ts';
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
  samplesOfInputs,
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
  /** Pictures that are no head MR: neither fitted on nor part of the threshold, and strangers in the test part. */
  excluded?: { name: string; fileHashes: ReadonlySet<string> };
  inference: InferencePort;
  load: GuardSources['load'];
  allowed: GuardSources['allowed'];
  /** Pictures that should be flagged, of kinds that the fit has not seen. */
  strangers?: readonly GuardTrial[];
  /** Heads of other sources, which should not. */
  heads?: readonly GuardTrial[];
}

const method =
  'Smooth maximum of two linear discriminants against strangers made of training pictures (outlier exposure), of 3 × 3 region means of the last maps and of histograms of gradients (HOG) of the input, and of the residual of pooled features beyond 64 principal axes (ViM)';

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
  const { inference, load, allowed } = request;
  const fitted = await fitModelGuard({ model, inference, load, allowed, ...partsOf(request, model) });
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
  { split, fold, excluded }: GuardRequest,
  { card }: LoadedModel,
): Pick<GuardSources, 'parts' | 'excluded'> {
  const subset: Subset = card.task === 'plane' ? 'plane' : card.subset;
  const parts = partsOfSplit(split, fold, subset);
  const hashOf = (position: number): string => split.pictures[position]!.hash;
  const isExcluded = (position: number): boolean => excluded?.fileHashes.has(hashOf(position)) === true;
  const kept = (part: SplitPart): number[] =>
    parts[part].pictures.filter((position) => !isExcluded(position));
  // The same file under several names is one picture.
  const others = new Map(
    parts.test.pictures.filter(isExcluded).map((position) => [hashOf(position), position]),
  );
  return {
    parts: { train: kept('train'), validation: kept('validation'), test: kept('test') },
    excluded: [...others.values()],
  };
}

const madeNames: Record<StrangerKind, string> = {
  turned: 'heads turned by 90° or 180° or upside down',
  cropped: 'cut-outs of a quarter to a half of each side',
  shuffled: 'heads in shuffled pieces',
  noise: 'noise',
  clouds: 'smooth noise',
};

/** Flagged shares of what should pass, and areas under the ROC curve for what should not, kind by kind and together. */
async function metricsOf(
  request: GuardRequest,
  model: LoadedModel,
  { test, threshold, strangers, excluded, guard }: FittedGuard,
): Promise<ModelCard['metrics']> {
  const scoresOf = async ({ paths }: GuardTrial): Promise<number[]> =>
    (await samplesUnder(paths, model, request)).map((sample) => guardScore(sample, guard));
  const made = new Map([...strangers].map(([kind, scores]) => [madeNames[kind], scores]));
  const unknown = new Map([[`${request.excluded?.name ?? 'others'} in the test part`, excluded]]);
  for (const trial of request.strangers ?? []) unknown.set(trial.name, await scoresOf(trial));
  const [all, foreign] = [[...made.values(), ...unknown.values()].flat(), [...unknown.values()].flat()];
  const metrics = [
    flaggedShare(metricNames.flagged, test, threshold, `test part of the ${request.split.protocol} split`),
    areaOf(all, test, 'all strangers together'),
    areaOf(foreign, test, 'all strangers of kinds that the fit does not know'),
  ];
  for (const [name, scores] of made)
    metrics.push(areaOf(scores, test, `${name}, made of the test part, a kind that the fit knows`));
  for (const [name, scores] of unknown)
    metrics.push(areaOf(scores, test, `${name}, a kind that the fit does not know`));
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

async function samplesUnder(
  paths: readonly string[],
  model: LoadedModel,
  { inference, allowed }: GuardRequest,
): Promise<GuardSample[]> {
  const samples: GuardSample[] = [];
  const labelOf = (): SliceLabel => ({ class: 'no_tumor', plane: null, group: '' });
  for (const path of paths)
    for await (const item of readLabelledSlices(path, { labelOf, chooseSlices: centralSlices })) {
      if (item.kind === 'failure') continue;
      await allowed();
      const { values } = toModelInput(item.value.slice, model.card);
      samples.push(...(await samplesOfInputs(model, inference, values, 1)));
    }
  return samples;
}
