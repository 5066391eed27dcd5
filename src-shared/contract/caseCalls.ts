import { z } from 'zod';
import type { AnswerVersion, CaseDetail, CaseFacets, CaseSummary, StudyComparison } from '../domain/cases.ts';
import type { CaseStatistics } from '../domain/caseStatistics.ts';
import { readingConfidences, readingFindings, readingScopes, type Reading } from '../domain/readings.ts';
import { call, handle, modelName, nothing, providerWish, type JobStarted } from './callDefinition.ts';
import { caseSelectionSchema } from './caseSelection.ts';

/** As many as anybody selects at once. */
const someCases = z.object({ ids: z.array(handle).min(1).max(100_000) });

/** A slice by the handle of an opened file or of the store, alone or for its whole series. */
const readingSubject = { scope: z.enum(readingScopes), slice: handle };

/** What a reader enters. */
export const readingEntrySchema = z
  .object({
    ...readingSubject,
    finding: z.enum(readingFindings),
    /** What the finding is called where it is 'other'. */
    otherFinding: z.string().trim().max(200).default(''),
    confidence: z.enum(readingConfidences).nullable().default(null),
    text: z.string().max(4000).default(''),
    /** The reader was not yet shown the answer; refused where an answer is known to have been revealed. */
    isBlinded: z.boolean().default(false),
  })
  .refine(({ finding, otherFinding }) => finding === 'other' || otherFinding === '', {
    path: ['otherFinding'],
    error: 'only a finding of “other” has a name of its own',
  });

/** Calls about cases: the list, single cases, comparison, the trash, statistics. */
export const caseCalls = {
  listCases: call<{ cases: CaseSummary[]; total: number }>()(
    caseSelectionSchema.extend({
      offset: z.number().int().min(0).default(0),
      limit: z.number().int().min(1).max(500).default(100),
    }),
  ),
  /** Every id of a selection in its order, for “select all” and for selecting a range; at most 100,000. */
  listCaseIds: call<{ ids: string[] }>()(caseSelectionSchema),
  /** What the filters can be set to. */
  listCaseFacets: call<CaseFacets>()(nothing),
  openCase: call<CaseDetail>()(z.object({ id: handle })),
  /** Two studies of a case, by `studyKey`, the earlier one first whatever the order given. */
  compareStudies: call<StudyComparison>()(z.object({ id: handle, studies: z.tuple([handle, handle]) })),
  /** Every answer that a slice ever got, newest first. */
  listAnswers: call<{ answers: AnswerVersion[] }>()(z.object({ slice: handle })),
  /**
   * Runs a model on slices of a case again, whatever the store knows, and keeps the answers; the job's result is a
   * ReanalysisSummary. Without studies, on all of it.
   */
  reanalyseCase: call<JobStarted>()(
    z.object({
      id: handle,
      studies: z.array(handle).max(10_000).default([]),
      model: modelName.default('auto'),
      provider: providerWish.default('auto'),
    }),
  ),
  /** @returns the cases that were not in the trash before: pass them to `restoreCases` to undo */
  trashCases: call<{ ids: string[] }>()(someCases),
  /** @returns the cases that were in the trash before: pass them to `trashCases` to undo */
  restoreCases: call<{ ids: string[] }>()(someCases),
  /** Erases cases of the trash for good; the job's result says how many. Those outside the trash are refused. */
  eraseCases: call<JobStarted>()(someCases),
  /** Erases everything in the trash for good. */
  emptyTrash: call<JobStarted>()(nothing),
  readStatistics: call<CaseStatistics>()(
    z.object({
      /** Only readings recorded before the answer was shown. */
      isBlindedOnly: z.boolean().default(false),
      reader: z.string().max(120).nullable().default(null),
      /** Compare with the newest answer of this model, by name, instead of the newest of all. */
      model: z.string().max(64).nullable().default(null),
    }),
  ),
} as const;

/** Calls about readings. The reader is the one named in the settings. */
export const readingCalls = {
  /**
   * Stores a reading. Where this reader has one about the same slice or series, it becomes a correction of that.
   *
   * @throws UserError 'answer-was-revealed' for a blinded reading that comes too late
   */
  recordReading: call<Reading>()(readingEntrySchema),
  /** Says yes or no to a stored analysis in one step; “disagrees” rejects its class without naming another. */
  judgeAnalysis: call<Reading>()(z.object({ analysis: handle, verdict: z.enum(['agrees', 'disagrees']) })),
  /**
   * Undoes a current version by another one: what it corrected stands again, or nothing does. Withdrawing the result
   * does it again.
   *
   * @throws UserError 'reading-superseded' when a newer version exists, 'reading-unknown'
   */
  withdrawReading: call<Reading>()(z.object({ reading: handle })),
  /** Every version about a slice and about its series, oldest first. */
  listReadings: call<{ readings: Reading[] }>()(z.object({ slice: handle })),
  /** Notes that the reader was now shown the answer of a slice, or of all slices of its series. */
  revealAnswers: call<{ revealedAt: string }>()(z.object(readingSubject)),
} as const;
