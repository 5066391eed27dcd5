import type { CaseSummary } from '../../src-shared/domain/cases.ts';
import type { TumourClass } from '../../src-shared/domain/tumourClass.ts';
import { storedSliceHandle } from './storedSliceHandle.ts';

/** What is read of a row of `cases`. */
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
}

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
    classCounts: { glioma_tumor: 0, meningioma_tumor: 0, no_tumor: 0, pituitary_tumor: 0 },
    reading: null,
    agreement: { agrees: 0, disagrees: 0 },
    trashedAt: null,
    thumbnail: row.thumbnail_slice_id === null ? null : storedSliceHandle(row.thumbnail_slice_id),
  };
}
