import { z } from 'zod';
import { strictestDeidentification, type DeidentificationReport } from '../domain/deidentification.ts';
import type { FileFailure, SkippedFile } from '../domain/collection.ts';
import { call, handle, type JobStarted } from './callDefinition.ts';
import type { DeliveredFile } from './delivery.ts';

const request = z.object({
  /** Slices of opened files; each file is taken once and whole. */
  slices: z.array(handle).min(1).max(100_000),
  options: z
    .object({
      dates: z.enum(['removed', 'shifted']),
      keepsPatient: z.boolean(),
      keepsDevice: z.boolean(),
      keepsDescriptions: z.boolean(),
    })
    .default(strictestDeidentification),
});

/** What would become of the files, and those of which nothing would. */
export interface DeidentificationPreview {
  report: DeidentificationReport;
  failures: FileFailure[];
  skipped: SkippedFile[];
}

/** De-identified files as they were handed over: one zip. */
export interface DeidentifiedDelivery extends DeliveredFile, DeidentificationPreview {}

/** DICOM files without their patients. Both are jobs and end with 'handle-unknown' for slices of stored cases. */
export const deidentificationCalls = {
  /** Reads all files, writes none. Values are shown to whoever sees the pictures anyway. */
  previewDeidentification: call<JobStarted>()(request),
  /** Ends with a `DeliveredFile`, or with 'cancelled' when the dialog for saving was closed. */
  deidentify: call<JobStarted>()(request),
} as const;
