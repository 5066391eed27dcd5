import { areTumourClasses, type ClassName } from '../domain/className.ts';
import type { Plane } from '../domain/plane.ts';
import { planes } from '../domain/plane.ts';
import { tumourClasses } from '../domain/tumourClass.ts';
import { bootstrapByGroups } from './bootstrapByGroups.ts';
import { expectedCalibrationError, reliabilityBins, type ReliabilityBin } from './calibration.ts';
import { classReport, type ClassScores, type MeanScores } from './classReport.ts';
import { confusionMatrix, type ConfusionMatrix } from './confusionMatrix.ts';
import { crossEntropy } from './crossEntropy.ts';
import { predictionSet } from './predictionSet.ts';
import { rankingCurves, type RankingCurves } from './rankingCurves.ts';
import { softmax } from './softmax.ts';
import { wilsonInterval, type Interval } from './wilsonInterval.ts';
import { indexOfLargest } from './indexOfLargest.ts';

/** What a model said about one slice whose class is known. */
export interface Prediction {
  /** In the order of the evaluated classes, before any temperature. */
  logits: ArrayLike<number>;
  label: ClassName;
  plane: Plane | null;
  /** Relative to the data set, with `/`. */
  path: string;
  /** Slices that resemble each other share it; a slice that resembles none has its own. */
  group: string;
  /** The model was trained on this picture. */
  wasSeen: boolean;
}

/** How a model's logits become what the application shows. */
export interface Calibration {
  /** Fitted on a validation part; null: none was, and 1 is used. */
  temperature: number | null;
  /** Of `predictionSet`, with the coverage that it was fitted for; null: none was fitted. */
  conformal: { coverage: number; threshold: number } | null;
}

/** A value for each of the evaluated classes. */
export type PerClass<Value> = Partial<Record<ClassName, Value>>;

/** The scores of one class, and the areas under its curves against the rest. */
export interface ClassEvaluation extends ClassScores {
  rocAuc: number | null;
  prAuc: number | null;
}

/** The figures of the slices of one plane. */
export interface PlaneEvaluation {
  n: number;
  accuracy: number;
  accuracyInterval: Interval | null;
  macro: MeanScores;
  confusion: ConfusionMatrix;
  perClass: PerClass<ClassScores>;
  meningiomaAsNoTumor: number;
}

/** A wrong answer. */
export interface Mistake {
  path: string;
  plane: Plane | null;
  label: ClassName;
  answer: ClassName;
  probability: number;
  probabilityOfLabel: number;
}

/** Figures that are resampled by groups. */
type ResampledFigure = 'accuracy' | 'macroF1' | 'loss' | 'rocAuc' | 'prAuc' | 'ece' | 'eceCalibrated';

/** Everything that is said of a model on a set of slices; `evaluate --json` prints it. */
export interface Evaluation {
  n: number;
  /** How many groups of slices that resemble each other. */
  groups: number;
  classes: readonly ClassName[];
  accuracy: number;
  /** Wilson's, slices taken as independent. */
  accuracyInterval: Interval | null;
  /** Mean cross-entropy of the uncalibrated probabilities, nats. */
  loss: number;
  /** The same with the temperature; null where none was fitted. */
  lossCalibrated: number | null;
  temperature: number | null;
  /** [true][answered], in the order of `classes`. */
  confusion: ConfusionMatrix;
  perClass: PerClass<ClassEvaluation>;
  /** Planes with at least one slice, `unknown` where no plane is known; null for a model of planes. */
  perPlane: Partial<Record<Plane | 'unknown', PlaneEvaluation>> | null;
  macro: MeanScores;
  weighted: MeanScores;
  /** Mean over the classes, one against the rest. */
  rocAuc: number | null;
  /** Mean over the classes of the average precision. */
  prAuc: number | null;
  /** 15 bins, before the temperature. */
  ece: number;
  /** After it; null where none was fitted. */
  eceCalibrated: number | null;
  /** Null for a model of planes. */
  meningiomaAsNoTumor: number | null;
  /** Wilson's interval of its share of the meningiomas. */
  meningiomaAsNoTumorInterval: Interval | null;
  /** Slices whose class set holds the true class, and its mean size; null where no threshold was fitted. */
  classSets: { wantedCoverage: number; coverage: number; interval: Interval | null; meanSize: number } | null;
  /** 95 % by drawing groups with replacement. */
  groupedIntervals: Record<ResampledFigure, Interval | null>;
  /** Evaluated slices that the model was trained on. */
  seenInTraining: number;
  /** The most confident first. */
  mistakes: Mistake[];
}

/** How much work goes into an evaluation. */
export interface EvaluationOptions {
  seed: number;
  /** Resamples for the grouped intervals. */
  samples: number;
  /** At most this many mistakes are listed. */
  mostMistakes: number;
  /** What the logits stand for, in their order. */
  classes: readonly ClassName[];
}

const defaultOptions: EvaluationOptions = {
  seed: 1,
  samples: 1000,
  mostMistakes: 24,
  classes: tumourClasses,
};

/** A prediction with what follows from it. */
interface Answer {
  prediction: Prediction;
  label: number;
  answer: number;
  raw: number[];
  calibrated: number[];
}

/**
 * All figures of a model on slices whose class is known: a tumour class, or the plane for a model of planes. Probabilities are those that the application shows
 * (after the temperature), except where a figure says otherwise.
 */
export function evaluatePredictions(
  predictions: readonly Prediction[],
  calibration: Calibration,
  options: Partial<EvaluationOptions> = {},
): Evaluation {
  const { seed, samples, mostMistakes, classes } = { ...defaultOptions, ...options };
  const answers = predictions.map((prediction) => toAnswer(prediction, calibration, classes));
  const { temperature } = calibration;
  const confusion = confusionOf(answers, classes);
  const report = classReport(confusion);
  const curves = classes.map((_, c) => curvesOfClass(answers, c, false));
  const figures = resampled(answers, classes, temperature);
  const isOfTumours = areTumourClasses(classes);
  const groups = predictions.map(({ group }) => group);
  return {
    n: report.n,
    groups: new Set(groups).size,
    classes,
    accuracy: report.accuracy,
    accuracyInterval: report.accuracyInterval,
    loss: lossOf(answers, 1),
    lossCalibrated: temperature === null ? null : lossOf(answers, temperature),
    temperature,
    confusion,
    perClass: byClass(classes, (c) => ({
      ...report.perClass[c]!,
      rocAuc: curves[c]!.rocArea,
      prAuc: curves[c]!.averagePrecision,
    })),
    perPlane: isOfTumours ? perPlane(answers, classes) : null,
    macro: report.macro,
    weighted: report.weighted,
    rocAuc: figures.rocAuc,
    prAuc: figures.prAuc,
    ece: figures.ece ?? 0,
    eceCalibrated: figures.eceCalibrated,
    meningiomaAsNoTumor: isOfTumours ? meningiomaAsNoTumor(confusion, classes) : null,
    meningiomaAsNoTumorInterval: isOfTumours
      ? wilsonInterval(
          meningiomaAsNoTumor(confusion, classes),
          report.perClass[classes.indexOf('meningioma_tumor')]!.support,
        )
      : null,
    classSets: classSets(answers, calibration),
    groupedIntervals: bootstrapByGroups(
      groups,
      (items) =>
        resampled(
          items.map((item) => answers[item]!),
          classes,
          temperature,
        ),
      { seed, samples, level: 0.95 },
    ),
    seenInTraining: predictions.filter(({ wasSeen }) => wasSeen).length,
    mistakes: mistakesOf(answers, classes).slice(0, mostMistakes),
  };
}

/** What the plots are drawn from. */
export interface EvaluationCurves {
  perClass: PerClass<RankingCurves>;
  reliability: { before: ReliabilityBin[]; after: ReliabilityBin[] | null };
  /** Answers by confidence after the temperature, in 20 columns. */
  confidences: { from: number; to: number; right: number; wrong: number }[];
}

/** The curves and columns of the same slices. */
export function evaluationCurves(
  predictions: readonly Prediction[],
  calibration: Calibration,
  classes: readonly ClassName[] = tumourClasses,
): EvaluationCurves {
  const answers = predictions.map((prediction) => toAnswer(prediction, calibration, classes));
  return {
    perClass: byClass(classes, (c) => curvesOfClass(answers, c, true)),
    reliability: {
      before: binsOf(answers, ({ raw }) => raw),
      after: calibration.temperature === null ? null : binsOf(answers, ({ calibrated }) => calibrated),
    },
    confidences: binsOf(answers, ({ calibrated }) => calibrated, 20).map(({ from, to, count, accuracy }) => {
      const right = Math.round(count * (accuracy ?? 0));
      return { from, to, right, wrong: count - right };
    }),
  };
}

/** What the application would say of each slice: the class, and its probability and the true class's, calibrated. */
export function answersOf(
  predictions: readonly Prediction[],
  calibration: Calibration,
  classes: readonly ClassName[],
): { answer: ClassName; probability: number; probabilityOfLabel: number }[] {
  return predictions.map((prediction) => {
    const { answer, label, calibrated } = toAnswer(prediction, calibration, classes);
    return {
      answer: classes[answer]!,
      probability: calibrated[answer]!,
      probabilityOfLabel: calibrated[label]!,
    };
  });
}

function toAnswer(
  prediction: Prediction,
  { temperature }: Calibration,
  classes: readonly ClassName[],
): Answer {
  const raw = softmax(prediction.logits);
  const calibrated = temperature === null ? raw : softmax(prediction.logits, temperature);
  const answer = indexOfLargest(calibrated);
  return { prediction, label: classes.indexOf(prediction.label), answer, raw, calibrated };
}

function byClass<Value>(classes: readonly ClassName[], valueOf: (index: number) => Value): PerClass<Value> {
  return Object.fromEntries(classes.map((name, index) => [name, valueOf(index)]));
}

function confusionOf(answers: readonly Answer[], classes: readonly ClassName[]): ConfusionMatrix {
  const labels = answers.map(({ label }) => label);
  return confusionMatrix(
    labels,
    answers.map(({ answer }) => answer),
    classes.length,
  );
}

function meningiomaAsNoTumor(confusion: ConfusionMatrix, classes: readonly ClassName[]): number {
  return confusion[classes.indexOf('meningioma_tumor')]![classes.indexOf('no_tumor')]!;
}

function curvesOfClass(answers: readonly Answer[], c: number, keepsPoints: boolean): RankingCurves {
  const scores = answers.map(({ calibrated }) => calibrated[c]!);
  return rankingCurves(
    scores,
    answers.map(({ label }) => label === c),
    keepsPoints,
  );
}

function binsOf(
  answers: readonly Answer[],
  probabilitiesOf: (answer: Answer) => readonly number[],
  count?: number,
): ReliabilityBin[] {
  const confidences = answers.map((each) => probabilitiesOf(each)[each.answer]!);
  return reliabilityBins(
    confidences,
    answers.map(({ label, answer }) => label === answer),
    count,
  );
}

function lossOf(answers: readonly Answer[], temperature: number): number {
  const logits = answers.map(({ prediction }) => prediction.logits);
  return crossEntropy(
    logits,
    answers.map(({ label }) => label),
    temperature,
  );
}

/** The figures that get an interval by resampling. */
function resampled(
  answers: readonly Answer[],
  classes: readonly ClassName[],
  temperature: number | null,
): Record<ResampledFigure, number | null> {
  const report = classReport(confusionOf(answers, classes));
  const curves = classes.map((_, c) => curvesOfClass(answers, c, false));
  const calibrationError = (of: (answer: Answer) => readonly number[]): number =>
    expectedCalibrationError(binsOf(answers, of));
  return {
    accuracy: report.accuracy,
    macroF1: report.macro.f1,
    loss: lossOf(answers, 1),
    rocAuc: meanOfKnown(curves.map(({ rocArea }) => rocArea)),
    prAuc: meanOfKnown(curves.map(({ averagePrecision }) => averagePrecision)),
    ece: calibrationError(({ raw }) => raw),
    eceCalibrated: temperature === null ? null : calibrationError(({ calibrated }) => calibrated),
  };
}

function meanOfKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

function perPlane(
  answers: readonly Answer[],
  classes: readonly ClassName[],
): NonNullable<Evaluation['perPlane']> {
  const names = [...planes, 'unknown'] as const;
  const present = names.flatMap((name) => {
    const own = answers.filter(({ prediction }) => (prediction.plane ?? 'unknown') === name);
    return own.length === 0 ? [] : [[name, evaluationOfPlane(own, classes)] as const];
  });
  return Object.fromEntries(present);
}

function evaluationOfPlane(answers: readonly Answer[], classes: readonly ClassName[]): PlaneEvaluation {
  const confusion = confusionOf(answers, classes);
  const { n, accuracy, accuracyInterval, macro, perClass } = classReport(confusion);
  return {
    n,
    accuracy,
    accuracyInterval,
    macro,
    confusion,
    perClass: byClass(classes, (c) => perClass[c]!),
    meningiomaAsNoTumor: meningiomaAsNoTumor(confusion, classes),
  };
}

function classSets(answers: readonly Answer[], { conformal }: Calibration): Evaluation['classSets'] {
  if (conformal === null || answers.length === 0) return null;
  const sets = answers.map(({ calibrated }) => predictionSet(calibrated, conformal.threshold));
  const covered = sets.filter((set, i) => set.includes(answers[i]!.label)).length;
  return {
    wantedCoverage: conformal.coverage,
    coverage: covered / sets.length,
    interval: wilsonInterval(covered, sets.length),
    meanSize: sets.reduce((sum, set) => sum + set.length, 0) / sets.length,
  };
}

function mistakesOf(answers: readonly Answer[], classes: readonly ClassName[]): Mistake[] {
  return answers
    .filter(({ label, answer }) => label !== answer)
    .map(({ prediction: { path, plane, label }, label: index, answer, calibrated }) => ({
      path,
      plane,
      label,
      answer: classes[answer]!,
      probability: calibrated[answer]!,
      probabilityOfLabel: calibrated[index]!,
    }))
    .sort((a, b) => b.probability - a.probability);
}
