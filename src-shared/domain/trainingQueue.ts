import { z } from 'zod';
import type { Failure } from '../errors.ts';
import type { ProviderName } from './analysis.ts';
import type { ClassName } from './className.ts';
import type { SourceHandle } from './collection.ts';
import {
  epochRecordSchema,
  type EpochRecord,
  type Recipe,
  type StepEngineName,
  type Subset,
} from './trainingRun.ts';

/**
 * Where a run of the queue stands. `interrupted`: its process, or the application, ended under it; it goes on from its
 * last checkpoint when somebody says so.
 */
export const runStates = [
  'queued',
  'running',
  'paused',
  'interrupted',
  'cancelled',
  'failed',
  'finished',
] as const;

export type RunState = (typeof runStates)[number];

/** Where a run's first weights come from, as a page may say it. */
export const startChoiceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('random') }),
  z.object({ kind: z.literal('installed'), name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/) }),
  /** A folder of ImageNet weights, of a model, or of a LayersModel; what it is shows when it is read. */
  z.object({ kind: z.literal('folder'), source: z.string().min(1).max(128) }),
]);

export type StartChoice = z.infer<typeof startChoiceSchema>;

/** What a run learns from, as a page may say it: a folder, or a data set of the workspace with its labels. */
export const dataChoiceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('folder'), source: z.string().min(1).max(128) }),
  z.object({
    kind: z.literal('dataset'),
    dataset: z.number().int().positive(),
    /** A split that is kept with it; null: one that is made now. */
    split: z.number().int().positive().nullable(),
  }),
]);

export type DataChoice = z.infer<typeof dataChoiceSchema>;

/** What a run learns from, with its name for people. */
export interface ChosenData {
  choice: DataChoice;
  name: string;
}

/** How the pictures are divided, as a page may say it. */
export const splitChoiceSchema = z.discriminatedUnion('protocol', [
  z.object({ protocol: z.literal('grouped'), folds: z.number().int().min(1).max(20) }),
  z.object({ protocol: z.literal('published') }),
]);

export type SplitChoice = z.infer<typeof splitChoiceSchema>;

/** `finished` of the command line's lines: what a run came to. */
export const runResultSchema = z.object({
  epochs: z.number().int(),
  bestEpoch: z.number().int(),
  validationLoss: z.number(),
  validationAccuracy: z.number(),
  testAccuracy: z.number().nullable(),
  testLoss: z.number().nullable(),
  modelFingerprint: z.string(),
});

export type RunResult = z.infer<typeof runResultSchema>;

/** A run in the list. */
export interface RunSummary {
  id: string;
  title: string;
  subset: Subset;
  state: RunState;
  createdAt: string;
  endedAt: string | null;
  /** Base name of the data set's folder, or its name in the workspace. */
  dataset: string;
  epochs: number;
  epochsDone: number;
  best: Pick<EpochRecord, 'epoch' | 'validationLoss' | 'validationAccuracy'> | null;
  result: RunResult | null;
  failure: Failure | null;
}

/** A line of a run's log. */
export const runLogLineSchema = z.object({ at: z.iso.datetime(), words: z.string() });

export type RunLogLine = z.infer<typeof runLogLineSchema>;

/** The part of `run.json` that says what was decided before the first step; no path. */
export interface RunFacts {
  application: string;
  datasetFingerprint: string;
  split: { protocol: string; seed: number; fold: number; sha256: string };
  start: { from: string; testPicturesSeen: number | null };
  engine: { name: StepEngineName; threads: number; provider: ProviderName };
  parts: { train: number; validation: number; test: number };
}

/** A folder or file by its handle, with its base name. */
export interface NamedSource {
  source: SourceHandle;
  name: string;
}

/** What was chosen for a run; enough to launch the like of it again. */
export interface RunSettings {
  data: ChosenData;
  labels: NamedSource | null;
  split: SplitChoice;
  fold: number;
  start: StartChoice;
  /** Of the start, for people. */
  startName: string;
  engine: StepEngineName;
  provider: 'auto' | ProviderName;
  threads: number;
  recipe: Recipe;
}

/** A run with all that is known of it. */
export interface RunDetail {
  summary: RunSummary;
  classes: readonly ClassName[];
  settings: RunSettings;
  /** Null until its first weights are made. */
  facts: RunFacts | null;
  history: EpochRecord[];
  /** Newest last, the last thousand. */
  log: RunLogLine[];
}

/** `history.json`. */
export const runHistorySchema = z.object({ epochs: z.array(epochRecordSchema) });

/** What a launch can choose from on this machine. */
export interface TrainingChoices {
  /** Installed models to start from. */
  starts: { name: string; title: string; isPlaneModel: boolean }[];
  processors: number;
  memoryBytes: number;
}

/** What a split gives a subset. */
export interface PlannedSubset {
  subset: Subset;
  classes: readonly ClassName[];
  /** Pictures of each class, for each fold. */
  folds: Record<'train' | 'validation' | 'test', number[]>[];
  /** For each fold: pictures of its test part that the start was trained on; null where nobody knows. */
  testPicturesSeen: (number | null)[];
}

/** A data set that was read and split; launches name it. */
export interface TrainingPlan {
  plan: string;
  /** Pictures that could be read. */
  pictures: number;
  unreadable: number;
  withoutClass: number;
  withoutPlane: number;
  labels: string | null;
  fingerprint: string;
  splitSha256: string;
  /** For each fold: test pictures with a copy or neighbour in training or validation. */
  testWithTwin: number[];
  /** What size, border and brightness say about the class by themselves; `majority` is the commonest class. */
  shortcuts: { property: string; accuracy: number }[];
  subsets: PlannedSubset[];
  startName: string;
}

/** How long a step takes here, measured. */
export interface StepTiming {
  /** Forward, backward and update, for each picture. */
  trainMsPerPicture: number;
  /** Forward alone. */
  validateMsPerPicture: number;
  /** Largest memory of the process that took the steps. */
  peakBytes: number;
  /** True when another run was at work meanwhile, which makes this one look slower. */
  wasBusy: boolean;
}

/** Pictures of an epoch as a run shows them, grey, [row][column]. */
export interface RunSample {
  epoch: number;
  size: number;
  pictures: { grey: Uint8ClampedArray<ArrayBuffer>; label: ClassName }[];
}

/**
 * Expected time of a run, from measured steps.
 *
 *     epochs · (shown · a + validation · b) + (validation + test) · b
 *
 * `shown` are the training pictures that an epoch shows (`showingsInEpoch`), `a` is the time of a training picture, `b` that of a picture forward alone. Loading, which overlaps, and the guard
 * are not in it.
 */
export function expectedRunMs(
  epochs: number,
  parts: { shown: number; validation: number; test: number },
  { trainMsPerPicture, validateMsPerPicture }: Pick<StepTiming, 'trainMsPerPicture' | 'validateMsPerPicture'>,
): number {
  const { shown, validation, test } = parts;
  return (
    epochs * (shown * trainMsPerPicture + validation * validateMsPerPicture) +
    (validation + test) * validateMsPerPicture
  );
}
