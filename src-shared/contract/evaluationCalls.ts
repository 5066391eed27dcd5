import { z } from 'zod';
import type { Analysis } from '../domain/analysis.ts';
import { planes } from '../domain/plane.ts';
import { tumourClasses } from '../domain/tumourClass.ts';
import type { EvaluationSummary, LabelReview, ShownSlice, StoredEvaluation } from '../domain/evaluation.ts';
import { call, handle, modelName, nothing, providerWish, type JobStarted } from './callDefinition.ts';

const className = z.enum([...tumourClasses, ...planes]);

const seed = z
  .number()
  .int()
  .min(0)
  .max(2 ** 32 - 1);

const splitSource = z.discriminatedUnion('kind', [
  /** A `split.json` that was made before. */
  z.object({ kind: z.literal('file'), file: handle }),
  /** Made now, as `dataset split` makes it. */
  z.object({
    kind: z.literal('made'),
    protocol: z.enum(['grouped', 'published']),
    seed,
    folds: z.number().int().min(1).max(20),
  }),
]);

const selection = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('cell'), label: className, answer: className }),
  z.object({ kind: z.literal('mistakes') }),
  z.object({ kind: z.literal('relabelled') }),
  z.object({ kind: z.literal('only-first') }),
  z.object({ kind: z.literal('only-second') }),
]);

const review = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('relabelled'), class: className }),
  z.object({ kind: z.literal('kept') }),
  z.object({ kind: z.literal('unclear') }),
]) satisfies z.ZodType<LabelReview>;

/** What a split file holds, to choose from. */
export interface SplitDescription {
  protocol: string;
  seed: number;
  /** Pictures of each part, fold by fold. */
  folds: { train: number; validation: number; test: number }[];
}

/** What can be shown of a slice's answer. */
export interface ExplainedSlice extends Pick<Analysis, 'probabilities' | 'heatmap' | 'warnings'> {
  /** Of the slice, whose pixels the heatmap's region counts in. */
  rows: number;
  columns: number;
}

/** Evaluating models, and looking at what came of it. */
export const evaluationCalls = {
  /** Reads a split file. */
  describeSplit: call<SplitDescription>()(z.object({ file: handle })),
  /** Runs a model over labelled pictures and keeps every figure; the job's result is an EvaluationSummary. */
  evaluateModel: call<JobStarted>()(
    z.object({
      model: modelName,
      against: modelName.nullable().default(null),
      /** A folder. */
      dataset: handle,
      labels: handle.nullable().default(null),
      split: z
        .object({
          source: splitSource,
          part: z.enum(['train', 'validation', 'test']),
          /** 1 for the first. */
          fold: z.number().int().min(1).max(20).default(1),
          isBesideValidation: z.boolean().default(false),
        })
        .nullable()
        .default(null),
      /** Files and folders of heads without a tumour. */
      healthyHeads: z.array(handle).max(20).default([]),
      provider: providerWish.default('auto'),
    }),
  ),
  /**
   * Judges the best epoch of a finished run by the test part of its own split and fold, the validation part beside it;
   * the job's result is an EvaluationSummary.
   */
  evaluateRun: call<JobStarted>()(z.object({ run: handle, provider: providerWish.default('auto') })),
  listEvaluations: call<{ evaluations: EvaluationSummary[] }>()(nothing),
  openEvaluation: call<StoredEvaluation>()(z.object({ id: handle })),
  deleteEvaluation: call<{ evaluations: EvaluationSummary[] }>()(z.object({ id: handle })),
  /** Slices of an evaluation, the most confident answers first; each comes with a handle while its file is there. */
  listEvaluatedSlices: call<{ total: number; slices: ShownSlice[] }>()(
    z.object({
      id: handle,
      selection,
      offset: z.number().int().min(0).default(0),
      count: z.number().int().min(1).max(60).default(24),
    }),
  ),
  /** Asks the evaluated model again about one slice, with the heatmap of its answer; nothing is stored. */
  explainEvaluatedSlice: call<ExplainedSlice>()(z.object({ id: handle, position: z.number().int().min(0) })),
  reviewEvaluatedSlice: call<{ reviewed: number }>()(
    z.object({ id: handle, position: z.number().int().min(0), review: review.nullable() }),
  ),
  /** The evaluation as a file for the person. */
  exportEvaluation: call<JobStarted>()(z.object({ id: handle, format: z.enum(['html', 'pdf', 'json']) })),
  /** The corrected labels of the evaluated slices as a label file, which `--labels` reads. */
  exportCorrectedLabels: call<JobStarted>()(z.object({ id: handle })),
} as const;
