import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SplitPart } from '../src-main/datasets/splits/Split.ts';
import type { ClassName } from '../src-shared/domain/className.ts';
import type { Subset } from '../src-shared/domain/trainingRun.ts';
import type { Calibration, Evaluation, Prediction } from '../src-shared/statistics/evaluatePredictions.ts';
import type { HealthyHeads } from '../src-shared/statistics/falseTumourRate.ts';

/** Named before the first run. */
export const publishedSeeds = [11, 12, 13];
export const groupedSeed = 7;
export const groupedFolds = 5;

/** One training run behind docs/results.md. */
export interface Task {
  subset: Subset;
  protocol: 'published' | 'grouped';
  seed: number;
  /** 0-based. */
  fold: number;
}

/** What a run's model said of a part of its split, and what follows from it. */
export interface KeptEvaluation extends Task {
  part: SplitPart;
  classes: readonly ClassName[];
  calibration: Calibration;
  evaluation: Evaluation;
  baseline: { accuracy: number } | null;
  healthy: HealthyHeads | null;
  predictions: (Prediction & { logits: number[] })[];
}

/** A run's folder in the work folder. */
export const nameOf = ({ protocol, seed, fold, subset }: Task): string =>
  `${protocol}-${seed}-${fold + 1}-${subset}`;

/** Where the evaluation of a run on a part is kept. */
export function evaluationFile(work: string, run: string, part: SplitPart): string {
  return join(work, 'evaluations', `${run}-${part}.json`);
}

/** @throws Error where it was not made yet */
export async function readEvaluation(work: string, run: string, part: SplitPart): Promise<KeptEvaluation> {
  return JSON.parse(await readFile(evaluationFile(work, run, part), 'utf8')) as KeptEvaluation;
}
