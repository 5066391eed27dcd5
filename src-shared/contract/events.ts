import type { OpenedSource } from './calls.ts';
import type { SecondOpinion } from '../domain/analysis.ts';
import type { DeidentificationPreview, DeidentifiedDelivery } from './deidentificationCalls.ts';
import type { DeliveredFile } from './delivery.ts';
import type { BackupSummary } from '../domain/backup.ts';
import type { ReanalysisSummary, StoredAnalysis } from '../domain/cases.ts';
import type { FileFailure, OpenedCollection, SliceHandle } from '../domain/collection.ts';
import type { StepTiming, TrainingPlan } from '../domain/trainingQueue.ts';
import type { ModelCard } from '../domain/modelCard.ts';
import type { EvaluationSummary } from '../domain/evaluation.ts';
import type { HygieneOverview } from '../domain/hygiene.ts';
import type { SplitPlan } from '../domain/splitPlan.ts';
import type { ImportSummary } from '../domain/workspace.ts';
import type { AuditPage, ImportedOutlines, MeasuredTrust, ReviewMap, ReviewSlice } from '../domain/review.ts';
import type { Outcome } from '../errors.ts';
import type { FoundSeries } from '../domain/pacs.ts';
import type { PulledStudy, SentResults, StudySearch } from './pacsCalls.ts';

export interface AnalysisSummary {
  analysed: number;
  /** Of these, how many were found in the store and not run again. */
  recalled: number;
  failed: number;
}

/** A backup as it was handed over. */
export interface DeliveredBackup extends DeliveredFile, BackupSummary {
  /** Of the whole file, to be noted elsewhere; lower-case hex. */
  sha256: string;
}

/** What each kind of job ends with. */
export interface JobResults {
  openSources: OpenedCollection;
  analyseSlices: AnalysisSummary;
  reanalyseCase: ReanalysisSummary;
  eraseCases: { erased: number };
  emptyTrash: { erased: number };
  exportCases: DeliveredFile;
  exportReport: DeliveredFile;
  previewDeidentification: DeidentificationPreview;
  deidentify: DeidentifiedDelivery;
  evaluateModel: EvaluationSummary;
  evaluateRun: EvaluationSummary;
  importModel: ModelCard;
  registerRun: ModelCard;
  exportModel: DeliveredFile;
  exportEvaluation: DeliveredFile;
  exportCorrectedLabels: DeliveredFile;
  backUpStore: DeliveredBackup;
  restoreStore: BackupSummary;
  openReviewSet: { slices: ReviewSlice[]; failures: FileFailure[] };
  explainForReview: ReviewMap;
  measureTrust: MeasuredTrust;
  importOutlines: ImportedOutlines;
  exportRegions: DeliveredFile;
  exportOutlines: DeliveredFile;
  exportFigure: DeliveredFile;
  auditModel: AuditPage;
  exportAudit: DeliveredFile;
  prepareTraining: TrainingPlan;
  timeTraining: StepTiming;
  importPictures: ImportSummary;
  refreshDataset: ImportSummary;
  scanHygiene: HygieneOverview;
  judgeLabels: HygieneOverview;
  mapFeatures: { pictures: number };
  makeSplit: SplitPlan;
  exportSplit: DeliveredFile;
  suggestPlanes: {
    suggested: number;
    /** Pictures whose files could not be read. */
    unreadable: number;
  };
  exportLabels: DeliveredFile;
  exportAngles: DeliveredFile;
  testArchive: { elapsedMs: number };
  searchStudies: StudySearch;
  listSeries: { series: FoundSeries[] };
  pullStudy: PulledStudy;
  sendResults: SentResults;
}

export type JobName = keyof JobResults;

/** Everything that the main side tells a renderer unasked, by name. */
export interface EventPayloads {
  jobProgressed: { job: string; done: number; total: number | null };
  sliceAnalysed: {
    job: string;
    slice: SliceHandle;
    outcome: Outcome<StoredAnalysis>;
    /** Of the other model, where there is one; left out where nobody asked for it. */
    secondOpinion?: SecondOpinion | null;
  };
  jobEnded: { job: string; outcome: Outcome<JobResults[JobName]> };
  casesChanged: Record<string, never>;
  /** The list of runs, a run's state or its epochs. */
  runsChanged: Record<string, never>;
  /** A few times a second at most. Batches are counted from 1, `batch` of them done. */
  runStepped: {
    run: string;
    epoch: number;
    batch: number;
    batches: number;
    loss: number;
    remainingMs: number;
  };
  /** Models were taken in, archived, or put to use. */
  modelsChanged: Record<string, never>;
  /** Evaluations were added, deleted or reviewed. */
  evaluationsChanged: Record<string, never>;
  /** Pictures or labels of a data set changed, or it came or went. */
  datasetChanged: { dataset: number };
  /** Something was received, or what was received was analysed; a few times a second at most. */
  receivingChanged: Record<string, never>;
  /** Another store has taken the place of this one: nothing that a page knows of cases holds any more. */
  storeReplaced: Record<string, never>;
  /** Opened from outside the page: the menu, the system's file manager, a second start. */
  sourcesOpened: { sources: OpenedSource[] };
}

export type EventName = keyof EventPayloads;

export type HostEvent = { [Name in EventName]: { name: Name; payload: EventPayloads[Name] } }[EventName];
