import type { Interval } from '../statistics/wilsonInterval.ts';
import type { ClassCounts } from './cases.ts';
import type { ReadingFinding } from './readings.ts';

/** What happened in one week. */
export interface WeekCounts {
  /** Its Monday in UTC, `YYYY-MM-DD`. */
  monday: string;
  /** Cases whose first analysis was made then. */
  cases: number;
  analyses: number;
  /** Readings, corrections not counted. */
  readings: number;
}

/** How a reader's rows of the confusion table are named: a finding, or "not what the model said". */
export const comparedFindings = [
  'glioma_tumor',
  'meningioma_tumor',
  'no_tumor',
  'pituitary_tumor',
  'other',
  'uncertain',
  'rejected',
] as const satisfies readonly (ReadingFinding | 'rejected')[];

/** Readers against models on slices that both judged: each reader's current reading, each slice's newest answer. */
export interface AgreementStatistics {
  /** Slices with an answer and a reading that says yes or no to it: all but "uncertain". */
  compared: number;
  agreed: number;
  /** agreed / compared; null where nothing was compared. */
  share: number | null;
  /** 95 %, by drawing whole cases; null with fewer than two cases. */
  shareInterval: Interval | null;
  /** Readings that named one of the models' classes: only these have a kappa. */
  named: number;
  /** Cohen's kappa over the four classes; null where it is undefined. */
  kappa: number | null;
  kappaInterval: Interval | null;
  /** Counts, [finding in the order of `comparedFindings`][model's class in the order of the classes]. */
  confusion: number[][];
}

/** What the whole store amounts to; the trash is left out. */
export interface CaseStatistics {
  cases: number;
  slices: number;
  analyses: number;
  /** Slices by the class of their newest answer. */
  classCounts: ClassCounts;
  /** Every week from the first to the last with anything in it, oldest first. */
  weeks: WeekCounts[];
  agreement: AgreementStatistics;
}
