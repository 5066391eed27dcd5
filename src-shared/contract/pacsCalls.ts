import { z } from 'zod';
import type { CredentialPlace, FoundStudy } from '../domain/pacs.ts';
import type { SourceHandle } from '../domain/collection.ts';
import { call, handle, nothing, type JobStarted } from './callDefinition.ts';

const archiveName = z.string().min(1).max(64);
const uid = z.string().regex(/^[0-9][0-9.]{0,63}$/);
const word = z.string().trim().max(64).default('');

/** An archive as the screen shows it. */
export interface ListedArchive {
  name: string;
  /** As a person writes it: `https://…`, `dimse://TITLE@HOST:PORT`, `dimses://…`. */
  address: string;
  /** What we call ourselves; null over DICOMweb, where nobody asks. */
  callingAeTitle: string | null;
  /** Where we receive while we pull over C-MOVE; null: over C-GET, or DICOMweb. */
  movePort: number | null;
  /** It is trusted by an authority of its own. */
  hasOwnAuthority: boolean;
  credentials: CredentialPlace;
}

/** Studies that fit, the newest first. */
export interface StudySearch {
  studies: FoundStudy[];
  /** There are more than are shown. */
  isCut: boolean;
}

/** A study that was pulled, ready to be opened. */
export interface PulledStudy {
  source: { source: SourceHandle; name: string };
  fetched: number;
  kept: number;
}

/** What became of results on their way into an archive. */
export interface SentResults {
  /** Captures and the report. */
  stored: number;
  alreadyThere: number;
  refused: number;
  /** Why the first of the refused was; null where none was. */
  reason: string | null;
}

/** Calls about picture archives. What is asked for and found goes into no log. */
export const pacsCalls = {
  /** The archives by name, and where passwords would be kept. */
  listArchives: call<{ archives: ListedArchive[]; keeping: 'keychain' | 'file' }>()(nothing),
  /** Adds an archive or replaces the one of its name. */
  saveArchive: call<{ credentials: CredentialPlace }>()(
    z.object({
      name: archiveName,
      address: z.string().trim().min(1).max(1024),
      callingAeTitle: z.string().trim().max(16).default(''),
      movePort: z.number().int().min(1).max(65535).nullable().default(null),
      /** PEM; null: keeps what is there, an empty text takes it away. */
      caCertificate: z
        .string()
        .max(64 * 1024)
        .nullable()
        .default(null),
      /** Null: keeps what is there; empty texts take it away. */
      credentials: z
        .object({ user: z.string().max(256), password: z.string().max(4096) })
        .nullable()
        .default(null),
    }),
  ),
  removeArchive: call<Record<string, never>>()(z.object({ name: archiveName })),
  /** Asks whether it answers and knows us; the job's result is how long that took. */
  testArchive: call<JobStarted>()(z.object({ name: archiveName })),
  /** The job's result is a StudySearch. */
  searchStudies: call<JobStarted>()(
    z.object({
      archive: archiveName,
      patientName: word,
      patientId: word,
      /** YYYYMMDD; empty: open on this side. */
      dateFrom: z.string().regex(/^(\d{8})?$/),
      dateTo: z.string().regex(/^(\d{8})?$/),
      modality: word,
      description: word,
    }),
  ),
  /** The job's result is the series of a study. */
  listSeries: call<JobStarted>()(z.object({ archive: archiveName, study: uid })),
  /** Fetches a study, or some series of it, of which what is there is kept; the job's result is a PulledStudy. */
  pullStudy: call<JobStarted>()(
    z.object({ archive: archiveName, study: uid, series: z.array(uid).min(1).max(1000).nullable() }),
  ),
  /**
   * Makes a Secondary Capture of each of the slices and one report, and stores them in the archive, in the study that they
   * are of; the job's result is SentResults.
   */
  sendResults: call<JobStarted>()(
    z.object({ archive: archiveName, slices: z.array(handle).min(1).max(10_000) }),
  ),
} as const;
