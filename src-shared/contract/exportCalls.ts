import { z } from 'zod';
import type { BackupSummary } from '../domain/backup.ts';
import { call, handle, type JobStarted } from './callDefinition.ts';
import { caseSelectionSchema } from './caseSelection.ts';

/**
 * Calls that end with a file for the person: jobs whose result is a `DeliveredFile`, and which end with 'cancelled'
 * when the dialog for saving was closed. And the way back from a backup.
 */
export const exportCalls = {
  /** A table of cases: of a selection, or of those marked. Patients are masked unless asked for. */
  exportCases: call<JobStarted>()(
    z.object({
      format: z.enum(['csv', 'json']),
      isIdentified: z.boolean().default(false),
      /** Of a CSV file: Excel takes one without it for something else than UTF-8. */
      hasByteOrderMark: z.boolean().default(true),
      cases: z.union([
        z.object({ selection: caseSelectionSchema }),
        z.object({ ids: z.array(handle).min(1).max(100_000) }),
      ]),
    }),
  ),
  /** One case on one page. */
  exportReport: call<JobStarted>()(
    z.object({
      id: handle,
      format: z.enum(['pdf', 'html']),
      isIdentified: z.boolean().default(false),
      /** The slices to show, in this order; the most telling few where none is named. */
      slices: z.array(handle).max(4).default([]),
    }),
  ),
  /** The whole store as one file with checksums, while it is in use. */
  backUpStore: call<JobStarted>()(z.object({}).default({})),
  /** What a backup holds, read from its first page; `restoreStore` checks the rest. */
  describeBackup: call<BackupSummary>()(z.object({ source: handle })),
  /**
   * Puts a backup in the place of the store. All of it is checked before anything is replaced; every handle of a
   * stored slice is void afterwards, and `storeReplaced` says so.
   *
   * @throws UserError 'store-not-empty' unless `isReplacing`
   */
  restoreStore: call<JobStarted>()(z.object({ source: handle, isReplacing: z.boolean().default(false) })),
} as const;
