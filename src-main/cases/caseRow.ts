import type { CaseSummary, ClassCounts, LatestReading } from '../../src-shared/domain/cases.ts';
import type { TumourClass } from '../../src-shared/domain/tumourClass.ts';
import { storedSliceHandle } from './storedSliceHandle.ts';

/** What is read of a row of `cases`, with its newest reading. */
export interface CaseRow {
  id: number;
  mask: string;
  title: string;
  patient_name: string | null;
  patient_id: string | null;
  created_at: string;
  updated_at: string;
  study_count: number;
  slice_count: number;
  analysis_count: number;
  last_class: TumourClass | null;
  thumbnail_slice_id: number | null;
  trashed_at: string | null;
  glioma_slices: number;
  meningioma_slices: number;
  no_tumor_slices: number;
  pituitary_slices: number;
  agreeing_slices: number;
  disagreeing_slices: number;
  latest_reading_id: number | null;
  /** Columns of the reading; empty or null where there is none. */
  finding: LatestReading['finding'];
  rejected_class: LatestReading['rejectedClass'];
  other_finding: string;
  scope: LatestReading['scope'];
  reader: string;
  read_at: string;
  is_blinded: number;
}

/** Columns and tables to select a `CaseRow` from; conditions on `c` follow. */
export const caseSource = `
  c.*, r.finding, r.rejected_class, r.other_finding, r.scope, r.reader, r.created_at AS read_at, r.is_blinded
  FROM cases c LEFT JOIN readings r ON r.id = c.latest_reading_id`;

/** A line of the case list, with the patient's name or the mask that stands for it. */
export function caseSummary(row: CaseRow, { identify }: { identify: boolean }): CaseSummary {
  return {
    id: String(row.id),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    patient: identify ? row.title : row.mask,
    studies: row.study_count,
    slices: row.slice_count,
    analyses: row.analysis_count,
    lastClass: row.last_class,
    classCounts: classCounts(row),
    reading: latestReading(row),
    agreement: { agrees: row.agreeing_slices, disagrees: row.disagreeing_slices },
    trashedAt: row.trashed_at,
    thumbnail: row.thumbnail_slice_id === null ? null : storedSliceHandle(row.thumbnail_slice_id),
  };
}

/** Slices by their newest class, from a row that counts them. */
export function classCounts(
  row: Pick<CaseRow, 'glioma_slices' | 'meningioma_slices' | 'no_tumor_slices' | 'pituitary_slices'>,
): ClassCounts {
  return {
    glioma_tumor: row.glioma_slices,
    meningioma_tumor: row.meningioma_slices,
    no_tumor: row.no_tumor_slices,
    pituitary_tumor: row.pituitary_slices,
  };
}

function latestReading(row: CaseRow): LatestReading | null {
  if (row.latest_reading_id === null) return null;
  return {
    finding: row.finding,
    rejectedClass: row.rejected_class,
    otherFinding: row.other_finding,
    scope: row.scope,
    reader: row.reader,
    createdAt: row.read_at,
    isBlinded: row.is_blinded === 1,
  };
}
