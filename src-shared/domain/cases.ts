import type { Analysis, SecondOpinion } from './analysis.ts';
import type { SliceHandle } from './collection.ts';
import type { Plane } from './plane.ts';
import type { Conclusion, Reading, ReadingScope } from './readings.ts';
import type { ClassProbabilities, TumourClass } from './tumourClass.ts';

/** How many slices have each class as their newest answer. */
export type ClassCounts = Record<TumourClass, number>;

/** The newest reading of a case, as its line in the list shows it. */
export interface LatestReading extends Conclusion {
  otherFinding: string;
  scope: ReadingScope;
  reader: string;
  createdAt: string;
  isBlinded: boolean;
}

/** One line of the case list: a patient's record, or the record of pictures without a patient. */
export interface CaseSummary {
  id: string;
  createdAt: string;
  updatedAt: string;
  /** Masked unless the caller asked to identify. */
  patient: string;
  studies: number;
  slices: number;
  analyses: number;
  /** Class of the newest analysis. */
  lastClass: TumourClass | null;
  classCounts: ClassCounts;
  reading: LatestReading | null;
  /** Slices that were read, by whether the newest reading agrees with the newest answer. */
  agreement: { agrees: number; disagrees: number };
  /** When it was moved to the trash; null for a case that is not there. */
  trashedAt: string | null;
  /** A slice to show as the case's thumbnail. */
  thumbnail: SliceHandle | null;
}

/** One stored slice with its newest analysis. */
export interface CaseSlice {
  slice: SliceHandle;
  fileName: string;
  frame: number | null;
  rows: number;
  columns: number;
  instanceNumber: number | null;
  positionMm: number | null;
  analysis: StoredAnalysis | null;
  /** What the model of the other kind said of it last. */
  secondOpinion: SecondOpinion | null;
}

export interface StoredAnalysis extends Analysis {
  id: string;
  createdAt: string;
}

export interface CaseSeries {
  seriesKey: string;
  modality: string | null;
  seriesDescription: string | null;
  seriesNumber: number | null;
  plane: Plane | null;
  slices: CaseSlice[];
}

export interface CaseStudy {
  studyKey: string;
  studyDate: string | null;
  studyDescription: string | null;
  series: CaseSeries[];
}

export interface CaseDetail extends CaseSummary {
  patientName: string | null;
  patientId: string | null;
  detailStudies: CaseStudy[];
  /** Every version of every reading, oldest first. */
  readings: Reading[];
}

/** The values that the filters of the list can take, and how much there is in all. */
export interface CaseFacets {
  /** Names of models that answered for some case. */
  models: string[];
  readers: string[];
  /** Cases outside the trash. */
  cases: number;
  trashed: number;
}

/** Slices that show the same place, or as near to it as the other study goes; null where it has none. */
export interface SlicePair {
  first: SliceHandle | null;
  second: SliceHandle | null;
}

/** Two series of one plane, one of each study. */
export interface SeriesPair {
  /** Keys of the series within their studies. */
  first: string;
  second: string;
  /** How slices were paired: by millimetres in one frame of reference, or by their share of the way through. */
  pairedBy: 'position' | 'order';
  /** In the order of the series. */
  slices: SlicePair[];
}

/** Two studies of one patient, the earlier one first. */
export interface StudyComparison {
  first: CaseStudy;
  second: CaseStudy;
  classCounts: { first: ClassCounts; second: ClassCounts };
  pairs: SeriesPair[];
}

/** One answer for a slice, without its heatmap. */
export interface AnswerVersion {
  analysis: string;
  createdAt: string;
  class: TumourClass;
  probabilities: ClassProbabilities;
  model: string;
  modelFingerprint: string;
}

/** What another run of a model changed for one slice. */
export interface AnswerChange {
  slice: SliceHandle;
  /** Null where the slice had no answer. */
  before: AnswerVersion | null;
  after: AnswerVersion;
  hasOtherClass: boolean;
  /** Largest difference of a class's probability; null where there was no answer. */
  largestDifference: number | null;
}

/** What re-analysing a case ends with. */
export interface ReanalysisSummary {
  analysed: number;
  failed: number;
  /** Of the analysed, how many have another class than before. */
  changed: number;
  /** One for each analysed slice, in the order of the case. */
  changes: AnswerChange[];
}
