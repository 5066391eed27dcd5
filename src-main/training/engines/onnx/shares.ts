import type { ProviderName } from '../../../../src-shared/domain/analysis.ts';
import type { TrainingGraphs } from '../../../network/trainingGraph.ts';
import type { Segment } from '../../ParameterVector.ts';

/** Numbers that several threads see. */
export type SharedNumbers = Float32Array<SharedArrayBuffer>;

/** @returns zeros */
export function sharedNumbers(length: number): SharedNumbers {
  return new Float32Array(new SharedArrayBuffer(4 * length));
}

/** What a worker is told at its birth. */
export interface WorkerSetup {
  graphs: TrainingGraphs;
  /** What of the runtime computes the graphs. */
  provider: ProviderName;
  /** Pictures per run of a graph. */
  pictures: number;
  pictureShape: readonly number[];
  classes: number;
  features: number;
  segments: readonly Segment[];
  weights: SharedNumbers;
  /** The worker's own sum of gradients. */
  gradients: SharedNumbers;
}

/** The pictures of a batch, in memory that all workers see; arrays may be longer than `count` needs. */
export interface SharedBatch {
  count: number;
  images: SharedNumbers;
  targets: SharedNumbers;
  sampleWeights: SharedNumbers;
  dropout: SharedNumbers;
  /** Written by the workers, [picture][class]. */
  logits: SharedNumbers;
}

/** One worker's part of the work: of the batch's pieces every `stride`-th, from `first` on. */
export interface WorkerOrder {
  kind: 'step' | 'evaluate';
  batch: SharedBatch;
  first: number;
  stride: number;
}

/** What a worker answers: first `ready`, then once to every order. */
export type WorkerAnswer =
  { kind: 'ready' } | { kind: 'done'; loss: number } | { kind: 'failed'; reason: string };
