import type { Evaluation, EvaluationCurves } from '../statistics/evaluatePredictions.ts';
import type { HealthyHeads } from '../statistics/falseTumourRate.ts';
import type { McNemarResult } from '../statistics/compareByMcNemar.ts';
import type { ShortcutBaseline } from '../statistics/shortcutBaseline.ts';
import type { Interval } from '../statistics/wilsonInterval.ts';
import type { ClassName } from './className.ts';
import type { SliceHandle } from './collection.ts';
import type { Plane } from './plane.ts';

/** Another model on the same slices; `onlySecond` counts those that it alone answers rightly. */
export interface ModelComparison extends McNemarResult {
  model: string;
  modelFingerprint: string;
  /** Of the other model. */
  accuracy: number;
  accuracyInterval: Interval | null;
  /** Evaluated slices that the other model was trained on. */
  seenInTraining: number;
}

/** What the validation part of the same split says, beside the part that was evaluated. */
export interface PartFigures {
  n: number;
  groups: number;
  accuracy: number;
  /** By drawing groups. */
  accuracyInterval: Interval | null;
  macroF1: number;
  macroF1Interval: Interval | null;
  loss: number;
  lossInterval: Interval | null;
  eceCalibrated: number | null;
}

/** Everything that an evaluation says; the page, the screen and the JSON are made from it. */
export interface EvaluationReport {
  model: { name: string; title: string; fingerprint: string; limits: readonly string[] };
  /** Base name of the data set's folder. */
  dataset: string;
  /** Which slices were evaluated, in words: the split protocol and the part. */
  protocol: string;
  evaluation: Evaluation;
  curves: EvaluationCurves;
  /** Null where the features could not be read. */
  baseline: ShortcutBaseline | null;
  /** Null where no other model was asked. */
  comparison: ModelComparison | null;
  /** Null unless the test part was evaluated and the validation part was asked for beside it. */
  validation: PartFigures | null;
  /** Null where no healthy heads were given. */
  healthyHeads: HealthyHeads | null;
  warnings: readonly string[];
}

/** One evaluated slice and what was said of it. */
export interface EvaluatedSlice {
  /** Relative to the data set, with `/`. */
  path: string;
  frame: number | null;
  /** SHA-256 of the file. */
  fileHash: string;
  label: ClassName;
  answer: ClassName;
  /** Of the answer, after the temperature. */
  probability: number;
  probabilityOfLabel: number;
  plane: Plane | null;
  wasSeen: boolean;
  /** What the other model answered; null where there was none. */
  otherAnswer: ClassName | null;
}

/** What a person says of a slice's label: the class that it should have, or that nobody can tell. */
export type LabelReview = { kind: 'relabelled'; class: ClassName } | { kind: 'kept' } | { kind: 'unclear' };

/** A slice of a stored evaluation, to be looked at. */
export interface ShownSlice extends EvaluatedSlice {
  /** Its place in the evaluation. */
  position: number;
  /** Null where the file is not there any more. */
  slice: SliceHandle | null;
  review: LabelReview | null;
}

/** A stored evaluation in one line. */
export interface EvaluationSummary {
  id: string;
  createdAt: string;
  /** The training run whose best epoch was evaluated; null for a model of the registry. */
  run: string | null;
  model: string;
  modelTitle: string;
  modelFingerprint: string;
  against: string | null;
  dataset: string;
  protocol: string;
  n: number;
  accuracy: number;
  /** By drawing groups. */
  accuracyInterval: Interval | null;
  macroF1: number;
  /** How many labels were looked at. */
  reviewed: number;
}

/** A stored evaluation, whole but for its slices. */
export interface StoredEvaluation {
  summary: EvaluationSummary;
  report: EvaluationReport;
  /** Files that could not be read, by their paths in the data set. */
  failures: readonly { path: string; message: string }[];
}

/** Which slices of an evaluation to look at. */
export type SliceSelection =
  | { kind: 'cell'; label: ClassName; answer: ClassName }
  | { kind: 'mistakes' }
  | { kind: 'relabelled' }
  /** Answered rightly by one of two models alone. */
  | { kind: 'only-first' }
  | { kind: 'only-second' };
