import { z } from 'zod';
import { providerNames } from '../../../src-shared/domain/analysis.ts';
import { splitChoiceSchema } from '../../../src-shared/domain/trainingQueue.ts';
import { recipeSchema, stepEngineNames } from '../../../src-shared/domain/trainingRun.ts';

/** What was chosen for a run of the queue, as it is stored; paths are absolute. */
export const runWishSchema = z.object({
  /** A folder. */
  dataset: z.string(),
  /** The data set of the workspace whose pictures lie there; null for a folder that a person pointed to. */
  workspace: z
    .object({ dataset: z.number().int(), name: z.string(), split: z.number().int().nullable() })
    .nullable()
    .default(null),
  labelFile: z.string().nullable(),
  split: splitChoiceSchema,
  fold: z.number().int().nonnegative(),
  start: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('random') }),
    z.object({ kind: z.literal('installed'), name: z.string() }),
    z.object({ kind: z.literal('folder'), path: z.string() }),
  ]),
  recipe: recipeSchema,
  engine: z.enum(stepEngineNames),
  provider: z.enum(['auto', ...providerNames]),
  threads: z.number().int().positive(),
});

export type RunWish = z.infer<typeof runWishSchema>;
