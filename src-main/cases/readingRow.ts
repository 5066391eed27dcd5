import type { Reading } from '../../src-shared/domain/readings.ts';
import { storedSliceHandle } from './storedSliceHandle.ts';

/** What a row of `readings` holds besides what SQLite derives. */
export interface ReadingFields {
  case_id: number;
  series_id: number;
  slice_id: number;
  scope: Reading['scope'];
  reader: string;
  version: number;
  corrects_id: number | null;
  created_at: string;
  finding: Reading['finding'];
  rejected_class: Reading['rejectedClass'];
  other_finding: string;
  confidence: Reading['confidence'];
  text: string;
  is_blinded: number;
  is_withdrawn: number;
  analysis_id: number | null;
  agreement: Reading['agreement'];
}

/** A row of `readingSource`. */
export type ReadingRow = ReadingFields & { id: number; is_current: number; revealed_at: string | null };

/** Condition on a reading `r`: nothing corrects it, and it takes nothing back. */
export const isStanding = `
  NOT r.is_withdrawn AND NOT EXISTS (SELECT 1 FROM readings later WHERE later.corrects_id = r.id)`;

/** Columns and table to select a `ReadingRow` from; conditions follow. */
export const readingSource = `
  r.*, NOT EXISTS (SELECT 1 FROM readings later WHERE later.corrects_id = r.id) AS is_current, (
    SELECT min(revealed_at) FROM reveals v WHERE v.series_id = r.series_id AND v.reader = r.reader
      AND (r.scope = 'series' OR v.slice_id IS NULL OR v.slice_id = r.slice_id)
  ) AS revealed_at
  FROM readings r`;

/** The reading that a row holds. */
export function readingFrom(row: ReadingRow): Reading {
  return {
    id: String(row.id),
    createdAt: row.created_at,
    scope: row.scope,
    slice: storedSliceHandle(row.slice_id),
    reader: row.reader,
    finding: row.finding,
    rejectedClass: row.rejected_class,
    otherFinding: row.other_finding,
    confidence: row.confidence,
    text: row.text,
    version: row.version,
    corrects: row.corrects_id === null ? null : String(row.corrects_id),
    isCurrent: row.is_current === 1,
    isWithdrawn: row.is_withdrawn === 1,
    isBlinded: row.is_blinded === 1,
    revealedAt: row.revealed_at,
    analysis: row.analysis_id === null ? null : String(row.analysis_id),
    agreement: row.agreement,
  };
}
