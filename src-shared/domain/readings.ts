import type { SliceHandle } from './collection.ts';
import { tumourClasses, type TumourClass } from './tumourClass.ts';

/** What a reader may conclude: a class that the models know, something that they do not, or nothing certain. */
export const readingFindings = [...tumourClasses, 'other', 'uncertain'] as const;

export type ReadingFinding = (typeof readingFindings)[number];

export const readingConfidences = ['low', 'moderate', 'high'] as const;

export type ReadingConfidence = (typeof readingConfidences)[number];

/**
 * What a reading is about: one slice, which has one answer to agree with, or the whole series of a slice, which has
 * as many answers as slices and is therefore never said to agree or disagree.
 */
export const readingScopes = ['slice', 'series'] as const;

export type ReadingScope = (typeof readingScopes)[number];

export type Agreement = 'agrees' | 'disagrees';

/** A reader's conclusion: a finding, or no more than that the model's class is wrong. */
export interface Conclusion {
  /** Null where the reader only rejected a class, and in a version that takes the reading back. */
  finding: ReadingFinding | null;
  /** The class that the reader rejected without naming another; null where there is a finding. */
  rejectedClass: TumourClass | null;
}

/** One version of what a reader concluded. Versions are never changed: a correction is a new one. */
export interface Reading extends Conclusion {
  id: string;
  createdAt: string;
  scope: ReadingScope;
  /** The slice that it is about; of a series, the one that was on the screen. A stored handle. */
  slice: SliceHandle;
  reader: string;
  /** What the reader calls the finding where it is 'other'; else empty. */
  otherFinding: string;
  confidence: ReadingConfidence | null;
  text: string;
  /** Counted from 1; each version corrects the one before it. */
  version: number;
  /** Id of the version that this one corrects. */
  corrects: string | null;
  /** True for the newest version of this reader about this slice or series. */
  isCurrent: boolean;
  /** True for a version that takes back what it corrects and puts nothing in its place. */
  isWithdrawn: boolean;
  /** Recorded before the reader was shown the model's answer. */
  isBlinded: boolean;
  /** When this reader was first shown the answer, where blinded reading was used; else null. */
  revealedAt: string | null;
  /** The analysis that was the slice's newest when this was recorded; null for a series, or before any. */
  analysis: string | null;
  /** With that analysis; null where there is nothing to compare. */
  agreement: Agreement | null;
}

/**
 * Whether a conclusion agrees with a model's class; null where it says neither ("uncertain", or another class than the
 * one rejected).
 */
export function agreementWith(
  { finding, rejectedClass }: Conclusion,
  modelClass: TumourClass | null,
): Agreement | null {
  if (modelClass === null || finding === 'uncertain') return null;
  if (finding !== null) return finding === modelClass ? 'agrees' : 'disagrees';
  return rejectedClass === modelClass ? 'disagrees' : null;
}

/** The findings as a person reads them, beside the classes. */
export const findingLabels: Record<'other' | 'uncertain', string> = {
  other: 'Other finding',
  uncertain: 'Uncertain',
};
