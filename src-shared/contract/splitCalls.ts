import { z } from 'zod';
import type { SplitParts } from '../domain/splitPlan.ts';
import { call, type JobStarted } from './callDefinition.ts';
import { pictureFilterSchema } from './pictureSelection.ts';

const id = z.number().int().positive();

/** Calls about splits of a data set; kept ones are items of the kind `split`. */
export const splitCalls = {
  /**
   * Splits the pictures of a filter, after bringing their groups up to date; the job's result is a SplitPlan.
   * With a name it is kept, unless one of that name is locked ('saved-locked').
   */
  makeSplit: call<JobStarted>()(
    z.object({
      dataset: id,
      filter: pictureFilterSchema.prefault({}),
      protocol: z.enum(['published', 'grouped']),
      seed: z
        .number()
        .int()
        .min(0)
        .max(2 ** 32 - 1),
      /** 1, or 3 and more for a cross-validation, which only `grouped` knows. */
      folds: z
        .number()
        .int()
        .min(1)
        .max(100)
        .refine((folds) => folds !== 2, 'two folds leave nothing to validate on'),
      name: z.string().trim().min(1).max(120).nullable().default(null),
    }),
  ),
  /** The parts of a fold of a kept split, as columns. @throws UserError 'saved-unknown', 'invalid-input' */
  readSplitParts: call<SplitParts>()(
    z.object({ dataset: id, item: id, fold: z.number().int().min(0).default(0) }),
  ),
  /** Hands a kept split over as the file that `train --split` reads; the job's result is a DeliveredFile. */
  exportSplit: call<JobStarted>()(z.object({ dataset: id, item: id })),
} as const;
