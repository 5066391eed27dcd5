import type { ClassName } from '../../../src-shared/domain/className.ts';
import type { ModelCard } from '../../../src-shared/domain/modelCard.ts';
import type { RunDocument, Subset } from '../../../src-shared/domain/trainingRun.ts';
import { UserError } from '../../../src-shared/errors.ts';
import {
  evaluatePredictions,
  type Calibration,
  type Evaluation,
  type Prediction,
} from '../../../src-shared/statistics/evaluatePredictions.ts';
import { fitCalibration } from '../../../src-shared/statistics/fitCalibration.ts';
import type { SplitPart } from '../../datasets/splits/Split.ts';
import { asStored } from '../../network/forwardGraph.ts';
import type { Weights } from '../../network/weights.ts';
import { trainingImagesText } from '../evaluation/TrainingImages.ts';
import { writeModelFolder } from '../modelFolder/writeModelFolder.ts';
import { lookAtPictures } from './lookAtPictures.ts';
import type { OpenedRun } from './openRun.ts';
import { classesOf } from './partsOfSplit.ts';
import type { RunFolder } from './RunFolder.ts';
import { predictPart } from './TrainingLoop.ts';
import { indexOfLargest } from '../../../src-shared/statistics/indexOfLargest.ts';

/** What a run came to. */
export interface FinishedRun {
  epochs: number;
  bestEpoch: number;
  validationLoss: number;
  validationAccuracy: number;
  /** Null where the split leaves no test pictures. */
  testAccuracy: number | null;
  testLoss: number | null;
  /** Of the model in `best/`. */
  modelFingerprint: string;
}

const precision = 'float16';
const coverage = 0.9;

/**
 * Makes the model of a run that has ended: the best epoch's weights as the file will hold them, calibrated on the
 * validation part, judged once on the test part, written with its card to `best/`.
 *
 * @throws UserError 'training-diverged', 'disk-full', 'folder-unwritable', 'cancelled', or what is wrong with a picture
 */
export async function finishRun(opened: OpenedRun, folder: RunFolder): Promise<FinishedRun> {
  const { engine, network, vector, run, loop } = opened;
  const best = loop.history.reduce((a, b) => (b.validationLoss < a.validationLoss ? b : a));
  const learnt = vector.read(await folder.readBest());
  const weights = storable(learnt, best.epoch);
  const { classes } = cardClasses(run);
  vector.write(network, learnt, engine.weights);
  const unrounded = await predictionsOf(opened, 'test', classes);
  vector.write(network, weights, engine.weights);
  const validation = await predictionsOf(opened, 'validation', classes);
  const calibration = fitCalibration(validation, coverage, classes);
  const test = await predictionsOf(opened, 'test', classes);
  const figures = {
    validation: evaluatePredictions(validation, calibration, { classes }),
    test: test.length === 0 ? null : evaluatePredictions(test, calibration, { classes }),
  };
  const trainingImages = await trainingImagesOf(opened, folder);
  await folder.writeTrainingImages(trainingImages);
  const { fingerprint } = await writeModelFolder(folder.best, {
    network,
    weights,
    precision,
    card: cardOf(run, loop.history.length, calibration, figures, shareOfSameAnswers(test, unrounded)),
    trainingImages,
    history: loop.history,
  });
  return {
    epochs: loop.history.length,
    bestEpoch: best.epoch,
    validationLoss: figures.validation.loss,
    validationAccuracy: figures.validation.accuracy,
    testAccuracy: figures.test?.accuracy ?? null,
    testLoss: figures.test?.loss ?? null,
    modelFingerprint: fingerprint,
  };
}

/** The weights as a model file holds them; beyond float16 nothing was learnt. */
function storable(weights: Weights, epoch: number): Weights {
  try {
    return asStored(weights, precision);
  } catch (cause) {
    throw new UserError('training-diverged', { epoch }, { cause });
  }
}

async function predictionsOf(
  { split, parts, loopParts }: OpenedRun,
  name: SplitPart,
  classes: readonly ClassName[],
): Promise<Prediction[]> {
  const part = parts[name];
  const logits = await predictPart(loopParts, part);
  return part.pictures.map((position, i) => {
    const { path, plane, group } = split.pictures[position]!;
    const label = classes[part.labels[i]!]!;
    return { logits: logits[i]!, label, plane, path, group: String(group ?? path), wasSeen: false };
  });
}

/** The share of pictures that get the same class from the rounded weights as from those of training; null without any. */
function shareOfSameAnswers(rounded: readonly Prediction[], learnt: readonly Prediction[]): number | null {
  if (rounded.length === 0) return null;
  const isSame = ({ logits }: Prediction, i: number): boolean =>
    indexOfLargest(logits) === indexOfLargest(learnt[i]!.logits);
  return rounded.filter(isSame).length / rounded.length;
}

/** The pictures that decided about the weights: the training part's, and those of the start. */
async function trainingImagesOf({ run, split, parts }: OpenedRun, folder: RunFolder): Promise<string> {
  const own = parts.train.pictures.map((position) => split.pictures[position]!);
  const ofStart = (await folder.readStartImages()).map((fileHash) => ({ fileHash, look: null }));
  return trainingImagesText([...ofStart, ...(await lookAtPictures(run.dataset.folder, own))]);
}

function cardClasses({ recipe: { subset } }: RunDocument): Pick<ModelCard, 'task' | 'classes' | 'subset'> {
  const classes = [...classesOf(subset)];
  return subset === 'plane'
    ? { task: 'plane', subset: 'combined', classes }
    : { task: 'tumour-class', subset, classes };
}

const titles: Record<Subset, string> = {
  combined: 'All planes',
  axial: 'Axial',
  sagittal: 'Sagittal',
  coronal: 'Coronal',
  plane: 'Viewing plane',
};

function cardOf(
  run: RunDocument,
  epochs: number,
  { temperature, conformal }: Calibration,
  figures: { validation: Evaluation; test: Evaluation | null },
  sameAnswers: number | null,
): Parameters<typeof writeModelFolder>[1]['card'] {
  const { recipe, split, dataset, engine, parts, createdAt } = run;
  return {
    ...cardClasses(run),
    name: recipe.subset,
    title: titles[recipe.subset],
    isPrototype: false,
    createdAt: createdAt.slice(0, 10),
    preprocessing: { id: recipe.preprocessing, version: 1 },
    temperature,
    conformal,
    guard: null,
    training: {
      data: `${parts.train} pictures of the data set ${dataset.fingerprint.slice(0, 16)}, ${recipe.subset}; started from ${run.start.from}`,
      split: `${split.protocol} split, seed ${split.seed}, fold ${split.fold + 1}, ${split.sha256.slice(0, 16)}`,
      seed: recipe.seed,
      epochs,
      engine: engine.name,
    },
    metrics: [
      ...metricsOf(figures.validation, `validation part of the ${split.protocol} split`),
      ...(figures.test === null ? [] : metricsOf(figures.test, `test part of the ${split.protocol} split`)),
      ...(figures.test === null || sameAnswers === null
        ? []
        : [
            {
              name: 'sameAnswersAsFloat32',
              value: sameAnswers,
              interval: null,
              protocol: `test part of the ${split.protocol} split`,
              n: figures.test.n,
            },
          ]),
    ],
    limits: limitsOf(run),
    licence: 'MIT',
  };
}

function metricsOf(evaluation: Evaluation, protocol: string): ModelCard['metrics'] {
  const { n, groupedIntervals, perClass, meningiomaAsNoTumorInterval } = evaluation;
  const metric = (
    name: string,
    value: number | null,
    interval: readonly [number, number] | null,
  ): ModelCard['metrics'] =>
    value === null ? [] : [{ name, value, interval: interval && [interval[0], interval[1]], protocol, n }];
  const meningiomas = perClass.meningioma_tumor?.support ?? 0;
  return [
    ...metric('accuracy', evaluation.accuracy, groupedIntervals.accuracy),
    ...metric('macroF1', evaluation.macro.f1, groupedIntervals.macroF1),
    ...metric('loss', evaluation.loss, groupedIntervals.loss),
    ...metric('ece', evaluation.ece, groupedIntervals.ece),
    ...metric('eceCalibrated', evaluation.eceCalibrated, groupedIntervals.eceCalibrated),
    ...(evaluation.meningiomaAsNoTumor === null || meningiomas === 0
      ? []
      : metric(
          'meningiomaAsNoTumor',
          evaluation.meningiomaAsNoTumor / meningiomas,
          meningiomaAsNoTumorInterval,
        )),
    ...metric('coverage', evaluation.classSets?.coverage ?? null, evaluation.classSets?.interval ?? null),
  ];
}

/** What holds for every model that is trained this way; what was found about one is added to its card by hand. */
function limitsOf({ recipe, split }: RunDocument): string[] {
  const isPublished = split.protocol === 'published';
  return [
    'It is not a diagnosis and must not guide one.',
    ...(isPublished
      ? [
          'Its figures come from a split at random, which leaks: twins and neighbouring slices lie on both sides.',
        ]
      : []),
    ...(recipe.subset === 'plane'
      ? []
      : [
          'It knows four classes; a picture of anything else, or of nothing, is given one of them too.',
          'It reads one slice at a time and knows nothing of the neighbours.',
          'Its maps are coarse: they show a region, never an outline.',
        ]),
    'Scanners, sequences and publishers that its training pictures did not come from may mislead it.',
  ];
}
