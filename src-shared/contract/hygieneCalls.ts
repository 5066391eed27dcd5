import { z } from 'zod';
import { findingKinds, type Finding, type HygieneOverview } from '../domain/hygiene.ts';
import type { JournalState } from '../domain/workspace.ts';
import { call, type JobStarted } from './callDefinition.ts';

const id = z.number().int().positive();
const kind = z.enum(findingKinds);

/** Calls about what is wrong with a data set. */
export const hygieneCalls = {
  readHygiene: call<HygieneOverview>()(z.object({ dataset: id })),
  /** Compares all pictures and looks at those that no guard has seen yet; the job's result is a HygieneOverview. */
  scanHygiene: call<JobStarted>()(z.object({ dataset: id })),
  /**
   * Asks models that were not trained on the pictures about their class, for findings of the kind `label`; the job's
   * result is a HygieneOverview.
   */
  judgeLabels: call<JobStarted>()(z.object({ dataset: id })),
  listFindings: call<{ findings: Finding[]; total: number }>()(
    z.object({
      dataset: id,
      kind,
      isResolved: z.boolean().default(false),
      offset: z.number().int().min(0).default(0),
      limit: z.number().int().min(1).max(200).default(50),
    }),
  ),
  /** Puts what should go of open findings into quarantine, as one step of the journal. */
  resolveFindings: call<JournalState & { findings: number; pictures: number }>()(
    z.object({
      dataset: id,
      kind,
      /** Of these findings; null: of all open ones of the kind. */
      keys: z.array(id).min(1).max(10_000).nullable(),
      /** Keep this picture instead of the suggested one; for a single finding. */
      keeper: id.nullable().default(null),
    }),
  ),
} as const;
