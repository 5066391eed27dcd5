import { basename } from 'node:path';
import type { EvaluatedSlice, EvaluationReport, PartFigures } from '../../src-shared/domain/evaluation.ts';
import type { ClassName } from '../../src-shared/domain/className.ts';
import type { LoadedModel } from '../../src-shared/domain/inference.ts';
import type { Subset } from '../../src-shared/domain/trainingRun.ts';
import { UserError, type CancelSignal, type Failure } from '../../src-shared/errors.ts';
import {
  answersOf,
  evaluatePredictions,
  evaluationCurves,
  type Calibration,
  type Prediction,
} from '../../src-shared/statistics/evaluatePredictions.ts';
import { falseTumourRate, type HealthyHeads } from '../../src-shared/statistics/falseTumourRate.ts';
import { shortcutBaseline, type ShortcutExample } from '../../src-shared/statistics/shortcutBaseline.ts';
import type { Labels } from '../datasets/Labels.ts';
import { labelsOfPath } from '../datasets/labelsOfPath.ts';
import { splitParts, type Split, type SplitPart } from '../datasets/splits/Split.ts';
import { choosePictures } from '../training/run/partsOfSplit.ts';
import { compareAnswers } from '../training/evaluation/compareAnswers.ts';
import { predictSlices, type AskedModel, type PredictTools } from '../training/evaluation/predictSlices.ts';
import {
  centralSlices,
  readLabelledSlices,
  type LabelledSlice,
  type SliceChoice,
  type SliceLabel,
  type SliceOrigin,
} from '../training/evaluation/readLabelledSlices.ts';
import { shortcutFeaturesOf } from '../training/evaluation/shortcutFeaturesOf.ts';
import type { ClassifyTools } from './classifySlices.ts';
import type { ProviderWish } from '../inference/ProviderSelector.ts';

/** Which slices to evaluate. */
export interface EvaluationRequest {
  /** An installed model's name, or a model folder. */
  model: string;
  /** Another model to compare it with on the same slices, named like it. */
  against?: string | null;
  provider: ProviderWish;
  /** Absolute. */
  dataset: string;
  labels: Labels;
  /** Null: every labelled slice of the data set. */
  split: {
    split: Split;
    part: SplitPart;
    fold: number;
    /** Only the pictures that a run of this subset is judged on; left out: all of the part. */
    subset?: Subset | undefined;
  } | null;
  /** Also say how the validation part of the same split does; only beside the test part. */
  isBesideValidation?: boolean;
  /** Files and folders of heads without a tumour, absolute. */
  healthyHeads: readonly string[];
  signal?: CancelSignal | undefined;
  /** Hears how many slices are done. */
  onProgress?: (slices: number) => void;
}

/** What came of it. */
export interface EvaluationOutcome {
  report: EvaluationReport;
  /** In the walk's order. */
  slices: EvaluatedSlice[];
  /** What the model said of every evaluated slice, in the order of the folder. */
  predictions: readonly Prediction[];
  failures: { path: string; error: Failure }[];
}

/**
 * Runs a model over a data set and works out every figure of its evaluation.
 *
 * @throws UserError 'model-not-found', 'model-damaged', 'provider-unavailable', 'invalid-input', 'cancelled', or that of
 * the inference
 */
export async function evaluateModel(
  request: EvaluationRequest,
  tools: ClassifyTools,
): Promise<EvaluationOutcome> {
  const { dataset, split, healthyHeads, signal, onProgress } = request;
  const model = await tools.models.load(request.model);
  const { task, classes } = model.card;
  if (task === 'plane' && healthyHeads.length > 0)
    throw new UserError('invalid-input', { reason: 'Healthy heads say nothing of a model of planes.' });
  const asked = await prepare(model, request, tools);
  const { training } = asked;
  const rival = request.against ?? null;
  const other = rival === null ? null : await prepareOther(rival, classes, request, tools);
  const predicting: PredictTools = { ...asked, other, inference: tools.inference, signal };
  const failures: EvaluationOutcome['failures'] = [];
  const slicesUnder = (root: string, choice: SliceChoice) =>
    slicesOf(root, { ...choice, task, signal }, failures);

  const predictions: Prediction[] = [];
  const others: Prediction[] = [];
  const shortcuts: ShortcutExample[] = [];
  const origins: SliceOrigin[] = [];
  for await (const { origin, prediction, otherPrediction, shortcut } of predictSlices(
    slicesUnder(dataset, choiceOf(request, split?.part ?? null)),
    predicting,
  )) {
    origins.push(origin);
    predictions.push(prediction);
    if (otherPrediction !== null) others.push(otherPrediction);
    shortcuts.push(shortcut);
    onProgress?.(predictions.length);
  }
  if (predictions.length === 0)
    throw new UserError('invalid-input', { reason: 'No labelled slice was found to evaluate.' });

  const trainingPart: ShortcutExample[] = [];
  const hasTrainingPart = split !== null && split.part !== 'train';
  if (hasTrainingPart)
    for await (const { slice, label, group } of slicesUnder(dataset, choiceOf(request, 'train')))
      trainingPart.push({ features: shortcutFeaturesOf(slice), label, group });

  const validation = await validationFigures(request, model, slicesUnder, predicting);
  const healthy = await predictHealthyHeads(healthyHeads, slicesUnder, predicting);
  const { card, name, fingerprint } = model;
  const calibration: Calibration = { temperature: card.temperature, conformal: card.conformal };
  const evaluation = evaluatePredictions(predictions, calibration, { classes });
  return {
    report: {
      model: { name, title: card.title, fingerprint, limits: card.limits },
      dataset: basename(dataset),
      protocol: protocolOf(request),
      evaluation,
      curves: evaluationCurves(predictions, calibration, classes),
      baseline: shortcutBaseline(shortcuts, hasTrainingPart ? trainingPart : null, { classes }),
      healthyHeads: healthy,
      comparison: other && compareAnswers(predictions, others, other.model),
      validation,
      warnings: warningsOf(evaluation.seenInTraining, split !== null, training.size > 0, failures.length),
    },
    predictions,
    slices: evaluatedSlices({ origins, predictions, others }, calibration, classes),
    failures,
  };
}

/** What was found of each slice, and what both models said of it. */
interface AnsweredSlices {
  origins: readonly SliceOrigin[];
  predictions: readonly Prediction[];
  /** Empty where there was no other model. */
  others: readonly Prediction[];
}

function evaluatedSlices(
  { origins, predictions, others }: AnsweredSlices,
  calibration: Calibration,
  classes: readonly ClassName[],
): EvaluatedSlice[] {
  const answers = answersOf(predictions, calibration, classes);
  // A temperature changes no answer, so the other model's own is not needed here.
  const otherAnswers = answersOf(others, { temperature: null, conformal: null }, classes);
  return predictions.map(({ label, plane, wasSeen }, i) => ({
    ...origins[i]!,
    label,
    plane,
    wasSeen,
    ...answers[i]!,
    otherAnswer: otherAnswers[i]?.answer ?? null,
  }));
}

async function validationFigures(
  request: EvaluationRequest,
  { card: { temperature, conformal, classes } }: LoadedModel,
  slicesUnder: (root: string, choice: SliceChoice) => AsyncIterable<LabelledSlice>,
  tools: PredictTools,
): Promise<PartFigures | null> {
  if (request.isBesideValidation !== true) return null;
  if (request.split?.part !== 'test')
    throw new UserError('invalid-input', { reason: 'Only the test part has a validation part beside it.' });
  const predictions: Prediction[] = [];
  const slices = slicesUnder(request.dataset, choiceOf(request, 'validation'));
  for await (const { prediction } of predictSlices(slices, { ...tools, other: null }))
    predictions.push(prediction);
  if (predictions.length === 0) return null;
  const figures = evaluatePredictions(predictions, { temperature, conformal }, { classes });
  const { accuracy, macroF1, loss } = figures.groupedIntervals;
  return {
    n: figures.n,
    groups: figures.groups,
    accuracy: figures.accuracy,
    accuracyInterval: accuracy,
    macroF1: figures.macro.f1,
    macroF1Interval: macroF1,
    loss: figures.loss,
    lossInterval: loss,
    eceCalibrated: figures.eceCalibrated,
  };
}

async function prepare(
  model: LoadedModel,
  { provider: wish, signal }: EvaluationRequest,
  tools: ClassifyTools,
): Promise<AskedModel> {
  const { provider } = await tools.providers.select(model, wish, 'batch', signal);
  return { model, provider, training: await tools.models.trainingImages(model) };
}

async function prepareOther(
  name: string,
  classes: readonly ClassName[],
  request: EvaluationRequest,
  tools: ClassifyTools,
): Promise<AskedModel> {
  const model = await tools.models.load(name);
  if (model.card.classes.join() !== classes.join())
    throw new UserError('invalid-input', { reason: 'The two models do not name the same classes.' });
  return prepare(model, request, tools);
}

/** The slices under a root; files that cannot be read go to `failures`. @throws UserError 'cancelled' */
export async function* slicesOf(
  root: string,
  choice: SliceChoice,
  failures: EvaluationOutcome['failures'],
): AsyncGenerator<LabelledSlice> {
  for await (const item of readLabelledSlices(root, choice)) {
    if (item.kind === 'slice') yield item.value;
    else failures.push({ path: item.path, error: item.error });
  }
}

/** The slices of a part of the split, or all. @throws UserError 'invalid-input' for a fold that is not there */
export function choiceOf(
  { split, labels }: Pick<EvaluationRequest, 'split' | 'labels'>,
  part: SplitPart | null,
): SliceChoice {
  if (split === null || part === null) return { labelOf: (origin) => labelOf(origin, labels) };
  const { pictures, folds } = split.split;
  const fold = folds[split.fold];
  if (fold === undefined)
    throw new UserError('invalid-input', { reason: `The split has ${folds.length} folds.` });
  const { subset } = split;
  const positions =
    subset === undefined ? fold[part] : choosePictures(split.split, fold, subset)[part].pictures;
  const chosen = positions.map((position) => pictures[position]!);
  const paths = new Set(chosen.map(({ path }) => path));
  const byOrigin = new Map(chosen.map((picture) => [`${picture.frame} ${picture.path}`, picture]));
  return {
    wantsFile: (path) => paths.has(path),
    labelOf(origin) {
      const picture = byOrigin.get(`${origin.frame} ${origin.path}`);
      if (picture === undefined || picture.hash !== origin.fileHash) return null;
      const label = labelOf(origin, labels);
      const group = picture.group === null ? origin.path : String(picture.group);
      return { class: picture.class ?? label.class, plane: picture.plane ?? label.plane, group };
    },
  };
}

/** The label file's word, else the folders'; without a split every file is its own group. */
function labelOf({ path, fileHash }: SliceOrigin, labels: Labels): SliceLabel {
  const known = { ...labelsOfPath(path), ...labels.find(path, fileHash) };
  return { class: known.class, plane: known.plane, group: path };
}

async function predictHealthyHeads(
  paths: readonly string[],
  slicesUnder: (root: string, choice: SliceChoice) => AsyncIterable<LabelledSlice>,
  tools: PredictTools,
): Promise<HealthyHeads | null> {
  if (paths.length === 0) return null;
  const predictions: Prediction[] = [];
  for (const path of paths) {
    const label: SliceLabel = { class: 'no_tumor', plane: null, group: basename(path) };
    const slices = slicesUnder(path, { labelOf: () => label, chooseSlices: centralSlices });
    for await (const { prediction } of predictSlices(slices, { ...tools, other: null }))
      predictions.push(prediction);
  }
  return falseTumourRate(predictions);
}

/** In words, which slices they are. */
export function protocolOf({ split }: Pick<EvaluationRequest, 'split'>): string {
  if (split === null)
    return 'Every labelled slice of the folder, whether the model was trained on it or not.';
  const { protocol, seed, folds } = split.split;
  const kind =
    protocol === 'grouped'
      ? 'Grouped split: duplicates and neighbouring slices stay on one side'
      : 'Published split: slices drawn at random, so that duplicates and neighbours lie on both sides';
  const fold = folds.length > 1 ? `, fold ${split.fold + 1} of ${folds.length}` : '';
  const subset = split.subset === undefined ? '' : subsetWords[split.subset];
  return `${kind}; ${split.part} part, seed ${seed}${fold}${subset}.`;
}

const subsetWords: Record<Subset, string> = {
  combined: '',
  axial: ', axial slices alone',
  sagittal: ', sagittal slices alone',
  coronal: ', coronal slices alone',
  plane: ', slices whose plane is known',
};

function warningsOf(seen: number, hasSplit: boolean, knowsTraining: boolean, failed: number): string[] {
  return [
    ...(seen > 0
      ? [`The model was trained on ${seen} of the evaluated slices; its figures are too good.`]
      : []),
    ...(knowsTraining
      ? []
      : ['The model does not say what it was trained on: some of these slices may be among it.']),
    ...(hasSplit
      ? []
      : ['Without a split file each slice counts as its own group: the intervals are too narrow.']),
    ...(failed > 0 ? [`${failed} files could not be read and are left out.`] : []),
  ];
}

/** The parts of a split, for whoever offers them. */
export const evaluationParts = splitParts;
