import type { Analysis } from '../../src-shared/domain/analysis.ts';
import type { CaseDetail, CaseSummary, StoredAnalysis } from '../../src-shared/domain/cases.ts';
import type { SliceHandle } from '../../src-shared/domain/collection.ts';
import type { Slice } from '../../src-shared/domain/slice.ts';
import type { AuditVerdict } from './AuditTrail.ts';

/** What identifies a slice's content: SHA-256 of the file's bytes, and the frame within it. */
export interface SliceContent {
  fileHash: string;
  frame: number | null;
  /** For volumes, the plane the frame was cut in. */
  volumePlane: Slice['volumePlane'];
}

/** One answer to keep, with the slice that it is about. */
export interface AnalysisRecord {
  content: SliceContent;
  slice: Slice;
  analysis: Analysis;
}

export interface CaseQuery {
  /** Words of patient name or ID, study or series description, file name, class, model. */
  search: string;
  offset: number;
  limit: number;
  /** Show patient names; otherwise they are masked. */
  identify: boolean;
}

/** What `tidy` removed. */
export interface TidyResult {
  /** Files that a crash left half-written. */
  abandonedFiles: number;
  /** Pictures that were written, while the rows that would name them were not. */
  unnamedPictures: number;
}

/** Every analysis ever made. Asynchronous, since a server database may stand behind it one day. */
export interface CaseStore {
  /**
   * Stores patient → study → series → slice → analysis, pixels and heatmap. When the promise resolves,
   * nothing of it can be lost by a crash or a power cut.
   *
   * @returns one stored analysis for each record, in order
   */
  record(records: readonly AnalysisRecord[]): Promise<StoredAnalysis[]>;
  /** The newest analysis of this content by the model of this fingerprint, or null. */
  recall(content: SliceContent, modelFingerprint: string): Promise<StoredAnalysis | null>;
  list(query: CaseQuery): Promise<{ cases: CaseSummary[]; total: number }>;
  /** @throws UserError 'case-unknown' */
  open(id: string): Promise<CaseDetail>;
  /** The slice behind a handle of CaseSlice or CaseSummary. @throws UserError 'handle-unknown', 'store-damaged' */
  readSlice(slice: SliceHandle): Promise<Slice>;
  /** What was last written under the key, or null. */
  readSetting(key: string): Promise<unknown>;
  /** @param value - anything that JSON can hold */
  writeSetting(key: string, value: unknown): Promise<void>;
  /** Compares everything recorded with what is there now. */
  verifyAuditTrail(): Promise<AuditVerdict>;
  /**
   * Removes what crashes left behind; safe beside other writers.
   *
   * @param olderThanMs - files and pictures younger than this may belong to a writer at work; one hour by default
   */
  tidy(olderThanMs?: number): Promise<TidyResult>;
  /** Finishes what was begun; afterwards every call fails with 'store-unavailable'. */
  close(): Promise<void>;
}
