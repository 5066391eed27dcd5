import { z } from 'zod';
import type { JobsOverview } from '../domain/jobs.ts';
import { call, nothing } from './callDefinition.ts';

/** Calls about large batches, which `bratum submit` hands in and `bratum worker` carries out. */
export const jobCalls = {
  /** @throws UserError 'store-…', 'queue-unreachable', 'fleet-store-unreachable' */
  readJobs: call<
    JobsOverview & {
      /** Of a fleet's services, and not of this machine alone. */
      isFleet: boolean;
    }
  >()(nothing),
  /** Takes back what a submission still waits for. @throws UserError 'submission-unknown' */
  cancelSubmission: call<Record<string, never>>()(z.object({ id: z.string().min(1).max(128) })),
} as const;
