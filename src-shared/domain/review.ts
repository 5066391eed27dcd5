import type { Plane } from './plane.ts';
import type { ReportDocument } from './reportDocument.ts';
import type { SliceHandle } from './collection.ts';
import type { Heatmap } from './analysis.ts';
import type { ExpectedRegion, PlaceFigures, TrustFigures } from './trust.ts';
import type { ClassProbabilities, TumourClass } from './tumourClass.ts';
import type { Failure } from '../errors.ts';

/** What one model says of a slice under review, and where its last maps put the evidence. */
export interface ReviewAnswer {
  model: string;
  class: TumourClass;
  /** Of the answer, calibrated. */
  probability: number;
  /** Of the default map for the answer; null where that map is empty. */
  place: PlaceFigures | null;
}

/** A slice of a set that is reviewed. */
export interface ReviewSlice {
  slice: SliceHandle;
  /** Path below what was opened. */
  name: string;
  /** By its folders; null where they do not say. */
  label: TumourClass | null;
  plane: Plane | null;
  /** The combined model's first, then that of the model of the plane, where there is one. */
  answers: ReviewAnswer[];
}

/** One picture of the comparison: a model, a class and a method on a slice. */
export interface ReviewMap {
  model: string;
  modelFingerprint: string;
  probabilities: ClassProbabilities;
  heatmap: Heatmap;
}

/** What an audit found out, to be read. */
export interface AuditPage {
  document: ReportDocument;
  /** Files that could not be read, or whose outline could not. */
  failures: number;
}

/** What a reviewer thinks of where a map looks. */
export const attentionVerdicts = ['tumour', 'elsewhere', 'unclear'] as const;

export type AttentionVerdict = (typeof attentionVerdicts)[number];

/** A verdict as it was recorded; a later one of the same reviewer on the same map stands in its place. */
export interface RecordedVerdict {
  model: string;
  modelFingerprint: string;
  method: string;
  class: TumourClass;
  verdict: AttentionVerdict;
  note: string;
  tags: string[];
  reviewer: string;
  recordedAt: string;
}

/** How often two reviewers say the same of the same maps. */
export interface ReviewerAgreement {
  reviewers: readonly [string, string];
  /** Maps that both judged. */
  n: number;
  /** Share of the same verdict. */
  agreement: number;
  /** Beyond chance; null where both always said one and the same. */
  kappa: number | null;
}

/** A closed line by its corners in the slice's pixels, fractions allowed. */
export type OutlineRing = readonly (readonly [x: number, y: number])[];

/** The outline of a tumour as somebody drew it, or brought it as a mask. */
export interface SliceOutline {
  /** From 1 on; an older one is never changed. */
  version: number;
  /** Inside is what an odd number of them goes around; none at all: taken back. */
  rings: readonly OutlineRing[];
  rows: number;
  columns: number;
  /** Corner by corner in Review, or traced around a mask. */
  origin: 'drawn' | 'imported';
  author: string;
  drawnAt: string;
}

/** Where the tumours of a class are expected in a plane, as somebody drew or brought it. */
export interface StoredRegion extends ExpectedRegion {
  author: string;
  drawnAt: string;
}

/** A region as it lies on a certain slice. */
export interface RegionOnSlice extends StoredRegion {
  /** Empty where no head is found in the slice: there is nothing to measure by. */
  rings: readonly OutlineRing[];
}

/** Trust figures, and what "inside" means in them. */
export interface MeasuredTrust extends TrustFigures {
  insideOf: 'outline' | 'region' | null;
}

/** What became of a folder of masks that was brought. */
export interface ImportedOutlines {
  imported: number;
  /** Slices whose outline was the mask already. */
  unchanged: number;
  /** Slices that the folder has no mask for. */
  without: number;
  failures: readonly { name: string; error: Failure }[];
}
