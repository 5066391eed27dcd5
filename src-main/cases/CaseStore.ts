import type { Analysis } from '../../src-shared/domain/analysis.ts';
import type { CaseSelection } from '../../src-shared/contract/caseSelection.ts';
import type {
  AnswerVersion,
  CaseDetail,
  CaseFacets,
  CaseSummary,
  StoredAnalysis,
  StudyComparison,
} from '../../src-shared/domain/cases.ts';
import type { CaseStatistics } from '../../src-shared/domain/caseStatistics.ts';
import type { SliceHandle } from '../../src-shared/domain/collection.ts';
import type { MeasurementVersion, SliceMark } from '../../src-shared/domain/measurements.ts';
import type { Agreement, Conclusion, Reading } from '../../src-shared/domain/readings.ts';
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

/** A part of the list: words of patient name or ID, descriptions, file names, classes, models or readings; filters. */
export interface CaseQuery extends Pick<CaseSelection, 'search'>, Partial<Omit<CaseSelection, 'search'>> {
  offset: number;
  limit: number;
  /** Show patient names; otherwise they are masked. */
  identify: boolean;
}

/** A reading to keep. */
export interface ReadingEntry extends Conclusion {
  scope: Reading['scope'];
  /** A stored handle. */
  slice: SliceHandle;
  reader: string;
  otherFinding: string;
  confidence: Reading['confidence'];
  text: string;
  isBlinded: boolean;
}

/** All that is measured on a slice, to keep. */
export interface MeasurementEntry {
  /** A stored handle. */
  slice: SliceHandle;
  marks: readonly SliceMark[];
  reader: string;
}

/** Which readings and which answers the statistics compare. */
export interface StatisticsQuery {
  isBlindedOnly: boolean;
  /** Null for all. */
  reader: string | null;
  /** Name of the model whose newest answers count; null for the newest answer of any. */
  model: string | null;
}

/** How a long work is watched and stopped. */
export interface WorkOptions {
  signal?: AbortSignal;
  onProgress?: (done: number, total: number) => void;
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
  /** The newest analysis of this content by the model of this fingerprint, or null; the trash is not looked into. */
  recall(content: SliceContent, modelFingerprint: string): Promise<StoredAnalysis | null>;
  list(query: CaseQuery): Promise<{ cases: CaseSummary[]; total: number }>;
  /** Every id of a selection in its order, at most 100,000. */
  listIds(selection: CaseSelection): Promise<string[]>;
  /** What the list can be filtered by. */
  listFacets(): Promise<CaseFacets>;
  /** @throws UserError 'case-unknown' */
  open(id: string): Promise<CaseDetail>;
  /** Two studies of a case by their keys, the earlier one first. @throws UserError 'case-unknown', 'study-unknown' */
  compareStudies(id: string, studyKeys: readonly [string, string]): Promise<StudyComparison>;
  /** Every answer for a stored slice, newest first. @throws UserError 'handle-unknown' */
  listAnswers(slice: SliceHandle): Promise<AnswerVersion[]>;
  /** What identifies a stored slice's content. @throws UserError 'handle-unknown' */
  contentOf(slice: SliceHandle): Promise<SliceContent>;
  /** The stored slice of this content, or null. */
  findSlice(content: SliceContent): Promise<SliceHandle | null>;
  /** Stores a slice that nobody has analysed yet, as durably as `record`; where it is known, nothing changes. */
  keepSlice(content: SliceContent, slice: Slice): Promise<SliceHandle>;
  /**
   * Stores a reading as a new version; where the reader has one about the same slice or series, it corrects that.
   *
   * @throws UserError 'handle-unknown'; 'answer-was-revealed' for a blinded reading that comes too late
   */
  recordReading(entry: ReadingEntry): Promise<Reading>;
  /** Agrees with a stored analysis, or rejects its class without naming another. @throws UserError 'analysis-unknown' */
  judgeAnalysis(analysis: string, verdict: Agreement, reader: string): Promise<Reading>;
  /**
   * Undoes a current version by another one, in which what it corrected stands again, or nothing does.
   *
   * @throws UserError 'reading-unknown', 'reading-superseded', 'reading-of-somebody-else'
   */
  withdrawReading(reading: string, reader: string): Promise<Reading>;
  /** Every version about a stored slice and about its series, oldest first. @throws UserError 'handle-unknown' */
  listReadings(slice: SliceHandle): Promise<Reading[]>;
  /** Notes that a reader was shown the answer; returns when that was first. @throws UserError 'handle-unknown' */
  revealAnswers(subject: Pick<ReadingEntry, 'scope' | 'slice' | 'reader'>): Promise<string>;
  /**
   * Keeps all that is measured on a slice as a new version, if it is one.
   *
   * @returns the newest version; null where nothing ever was measured
   * @throws UserError 'handle-unknown'
   */
  recordMeasurements(entry: MeasurementEntry): Promise<MeasurementVersion | null>;
  /** What is measured on a stored slice, or null where nothing ever was. @throws UserError 'handle-unknown' */
  newestMeasurements(slice: SliceHandle): Promise<MeasurementVersion | null>;
  /** @returns the cases that were not in the trash before */
  trash(ids: readonly string[]): Promise<string[]>;
  /** @returns the cases that were in the trash before */
  restore(ids: readonly string[]): Promise<string[]>;
  /** The cases in the trash. */
  listTrash(): Promise<string[]>;
  /**
   * Erases cases of the trash for good: rows, pictures, words of the index, salts. The audit trail still holds.
   *
   * @returns how many were erased
   * @throws UserError 'case-unknown', 'case-not-in-trash' before anything was done; 'cancelled' between two cases
   */
  erase(ids: readonly string[], options?: WorkOptions): Promise<number>;
  readStatistics(query: StatisticsQuery): Promise<CaseStatistics>;
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
