import type { Failure } from '../errors.ts';
import type { MeanAndDeviation } from '../statistics/meanAndDeviation.ts';
import type { Recipe } from './trainingRun.ts';

/** The most slices of one chunk, the unit that a worker takes, tries again and gives up. */
export const chunkSize = 64;

/** From 0, usual, to 9, before all others. */
export const priorities = { least: 0, most: 9 } as const;

/** Stands in the place of a set of models for trainings, whose chunks hold one run each. */
export const trainingSet = 'training';

/** How the names of such chunks begin, so that a worker knows before it takes one. */
export const trainingChunkPrefix = 'training-';

/** Where a chunk stands. */
export type ChunkState = 'waiting' | 'active' | 'done' | 'dead' | 'cancelled';

/** A model that has a say in an answer: the one that names planes, or one of the tumour class. */
export interface SetMember {
  slot: string;
  name: string;
  fingerprint: string;
}

/**
 * All models that have a say in an answer, with one fingerprint. A slice's answer depends on its content and on this,
 * so the two together name the work.
 */
export interface ModelSet {
  fingerprint: string;
  members: readonly SetMember[];
}

/** One slice to analyse: where it lies and what it must be. */
export interface SliceReference {
  path: string;
  frame: number | null;
  /** SHA-256 of the file's bytes. */
  fileHash: string;
  /** Of the file hash, the frame and the way that a volume is cut: what the slice is, wherever it lies. */
  contentKey: string;
}

/** How many slices stand where. */
export interface SliceCounts {
  waiting: number;
  answered: number;
  dead: number;
  cancelled: number;
}

/** What somebody handed in, and how far it is. */
export interface Submission extends SliceCounts {
  id: string;
  createdAt: number;
  /** False while its pictures are still being looked for. */
  isComplete: boolean;
  model: string;
  modelSet: string;
  priority: number;
  /** Slices in it, those included that an earlier submission brought. */
  slices: number;
}

/** A training of a cross-validation or a sweep. */
export interface SubmittedRun {
  submission: string;
  /** Its folder. */
  path: string;
  state: 'waiting' | 'active' | 'trained' | 'dead' | 'cancelled';
  attempts: number;
  /** Null until it has ended. */
  result: {
    /** Counted from 1. */
    fold: number;
    seed: number;
    /** What the plan says of it. */
    recipe: Partial<Recipe>;
    epochs: number;
    bestEpoch: number;
    validationLoss: number;
    validationAccuracy: number;
    testLoss: number | null;
    testAccuracy: number | null;
    modelFingerprint: string;
  } | null;
  error: Failure | null;
}

/** Means over those trained folds of a cross-validation that differ in nothing but their fold. */
export interface FoldMeans {
  submission: string;
  /** What their folders' names share: seed and swept values. */
  name: string;
  folds: { trained: number; all: number };
  bestEpoch: MeanAndDeviation;
  validationAccuracy: MeanAndDeviation;
  /** Null where folds have no test part. */
  testAccuracy: MeanAndDeviation | null;
}

/** A slice, or a file, that was given up, and why. */
export interface DeadLetter {
  submission: string;
  path: string;
  frame: number | null;
  attempts: number;
  error: Failure;
  at: number;
}

/** A worker as it last told of itself. */
export interface WorkerHealth {
  id: string;
  host: string;
  pid: number;
  startedAt: number;
  heartbeatAt: number;
  /** Heard of within the lease. */
  isAlive: boolean;
  chunks: number;
  slices: number;
  /** Over its last chunks of the last minute. */
  slicesPerSecond: number;
  residentMb: number;
}

/** What `bratum jobs` and the Jobs view show. */
export interface JobsOverview {
  submissions: Submission[];
  chunks: Record<ChunkState, number>;
  workers: WorkerHealth[];
  deadLetters: DeadLetter[];
  /** The newest ones. */
  runs: SubmittedRun[];
  foldMeans: FoldMeans[];
  /** Slices answered in a second, over the last minute. */
  slicesPerSecond: number;
  /** Until all that waits is answered at this rate; null where nothing moves. */
  remainingMs: number | null;
}
