import type { Analysis } from './analysis.ts';
import type { SliceHandle } from './collection.ts';
import type { Plane } from './plane.ts';
import type { TumourClass } from './tumourClass.ts';

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
  reading: string | null;
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
}
