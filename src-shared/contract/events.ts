import type { OpenedSource } from './calls.ts';
import type { ReanalysisSummary, StoredAnalysis } from '../domain/cases.ts';
import type { OpenedCollection, SliceHandle } from '../domain/collection.ts';
import type { Outcome } from '../errors.ts';

export interface AnalysisSummary {
  analysed: number;
  /** Of these, how many were found in the store and not run again. */
  recalled: number;
  failed: number;
}

/** What each kind of job ends with. */
export interface JobResults {
  openSources: OpenedCollection;
  analyseSlices: AnalysisSummary;
  reanalyseCase: ReanalysisSummary;
  eraseCases: { erased: number };
  emptyTrash: { erased: number };
}

export type JobName = keyof JobResults;

/** Everything that the main side tells a renderer unasked, by name. */
export interface EventPayloads {
  jobProgressed: { job: string; done: number; total: number | null };
  sliceAnalysed: { job: string; slice: SliceHandle; outcome: Outcome<StoredAnalysis> };
  jobEnded: { job: string; outcome: Outcome<JobResults[JobName]> };
  casesChanged: Record<string, never>;
  /** Opened from outside the page: the menu, the system's file manager, a second start. */
  sourcesOpened: { sources: OpenedSource[] };
}

export type EventName = keyof EventPayloads;

export type HostEvent = { [Name in EventName]: { name: Name; payload: EventPayloads[Name] } }[EventName];
