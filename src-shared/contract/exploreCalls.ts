import { z } from 'zod';
import type { Distributions, FeatureMap } from '../domain/exploration.ts';
import { call, type JobStarted } from './callDefinition.ts';

const id = z.number().int().positive();

/** Calls about what a data set looks like as a whole. */
export const exploreCalls = {
  readDistributions: call<Distributions>()(z.object({ dataset: id })),
  /** The last map with the labels of the moment; null where none was made. */
  readFeatureMap: call<{ map: FeatureMap | null }>()(z.object({ dataset: id })),
  /** Reads what the combined model finds in each picture, and lays it out; the same seed gives the same map. */
  mapFeatures: call<JobStarted>()(
    z.object({
      dataset: id,
      seed: z
        .number()
        .int()
        .min(0)
        .max(2 ** 32 - 1)
        .default(1),
    }),
  ),
} as const;
