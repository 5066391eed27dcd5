import type { ProviderName } from '../../../src-shared/domain/analysis.ts';
import type { StepTiming, TrainingPlan } from '../../../src-shared/domain/trainingQueue.ts';
import type { Recipe, StepEngineName } from '../../../src-shared/domain/trainingRun.ts';
import type { Failure } from '../../../src-shared/errors.ts';
import type { SplitProtocol } from '../../datasets/splits/Split.ts';
import type { TrainEvent, TrainRequest } from '../trainModel.ts';

/** Where first weights lie, as a path: a folder of ImageNet weights, of a model, or of a LayersModel. */
export type StartPlace = { kind: 'random' } | { kind: 'folder'; path: string };

/** A run that the child begins, or goes on with where its folder already holds one. */
export interface TrainOrder {
  kind: 'train';
  request: Omit<TrainRequest, 'from'>;
  start: StartPlace;
}

/** A data set that the child reads and splits. */
export interface PrepareOrder {
  kind: 'prepare';
  folder: string;
  labelFile: string | null;
  protocol: SplitProtocol;
  folds: number;
  seed: number;
  start: StartPlace;
  /** Where the split is written. */
  out: string;
}

/** Steps that the child takes to be timed. */
export interface TimeOrder {
  kind: 'time';
  recipe: Recipe;
  engine: StepEngineName;
  provider: 'auto' | ProviderName;
  threads: number;
}

/** What a child is told: one task, then how to go about it. */
export type ChildOrder =
  TrainOrder | PrepareOrder | TimeOrder | { kind: 'pause' | 'go-on' | 'finish' | 'cancel' };

export type PreparedData = Omit<TrainingPlan, 'plan' | 'labels' | 'startName'>;

/** What a child says; the last word is one of `done`'s kinds or `failed`. */
export type ChildReply =
  | { kind: 'event'; event: Exclude<TrainEvent, { type: 'finished' }> }
  | { kind: 'progress'; done: number; total: number | null }
  | { kind: 'trained'; result: Extract<TrainEvent, { type: 'finished' }> }
  | { kind: 'prepared'; found: PreparedData }
  | { kind: 'timed'; timing: Omit<StepTiming, 'wasBusy'> }
  | { kind: 'failed'; error: Failure };
