import type { Failure } from '../errors.ts';
import type { Plane } from './plane.ts';

/** An opaque name of one slice that the main side can read; never a path. */
export type SliceHandle = string;

/** An opaque name of something a person opened: a file, a folder, an upload; never a path. */
export type SourceHandle = string;

export interface SliceSummary {
  slice: SliceHandle;
  fileName: string;
  frame: number | null;
  rows: number;
  columns: number;
  instanceNumber: number | null;
  /** Distance along the slice normal, for ordering and labels; null without geometry. */
  positionMm: number | null;
}

export interface SeriesSummary {
  /** Unique within the collection. */
  seriesKey: string;
  modality: string | null;
  seriesDescription: string | null;
  seriesNumber: number | null;
  /** From the orientation; null without geometry. */
  plane: Plane | null;
  /** Cut from a volume across its acquisition planes. */
  isReformatted: boolean;
  /** In order of position, else instance number, else name and frame. */
  slices: SliceSummary[];
}

export interface StudySummary {
  studyKey: string;
  patientName: string | null;
  patientId: string | null;
  studyDate: string | null;
  studyDescription: string | null;
  series: SeriesSummary[];
}

export interface SkippedFile {
  fileName: string;
  reason: string;
}

export interface FileFailure {
  fileName: string;
  frame: number | null;
  error: Failure;
}

/** What a person opened, arranged as studies → series → slices. */
export interface OpenedCollection {
  studies: StudySummary[];
  failures: FileFailure[];
  skipped: SkippedFile[];
}
