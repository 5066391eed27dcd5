import type { SliceHandle } from '../../src-shared/domain/collection.ts';
import type { MeasurementVersion, SliceMark } from '../../src-shared/domain/measurements.ts';
import { UserError } from '../../src-shared/errors.ts';
import type { Database, Statement } from '../storage/Database.ts';
import type { AuditTrail } from './AuditTrail.ts';
import type { MeasurementEntry } from './CaseStore.ts';
import { Growth } from './Growth.ts';
import type { GrowthWriter } from './GrowthWriter.ts';
import { insertInto } from './insertInto.ts';
import { storedSliceHandle, storedSliceId } from './storedSliceHandle.ts';

interface MeasurementFields {
  case_id: number;
  slice_id: number;
  version: number;
  created_at: string;
  reader: string;
  marks: string;
}

export interface MeasurementRecorderParts {
  auditTrail: AuditTrail;
  growthWriter: GrowthWriter;
}

/** Keeps what is measured on slices, every change as a version of its own. */
export class MeasurementRecorder {
  readonly #parts: MeasurementRecorderParts;
  readonly #caseOf: Statement<[sliceId: number], { case_id: number }>;
  readonly #newest: Statement<[sliceId: number], MeasurementFields>;
  readonly #insert: Statement<[MeasurementFields], never>;

  constructor(database: Database, parts: MeasurementRecorderParts) {
    this.#parts = parts;
    this.#caseOf = database.prepare(`
      SELECT case_id FROM slices s JOIN series ON series.id = s.series_id JOIN studies ON studies.id = study_id
      WHERE s.id = ?`);
    this.#newest = database.prepare(
      'SELECT * FROM measurements WHERE slice_id = ? ORDER BY version DESC LIMIT 1',
    );
    this.#insert = insertInto(database, 'measurements', [
      ...(['case_id', 'slice_id', 'version', 'created_at', 'reader', 'marks'] as const),
    ]);
  }

  /**
   * Adds a version, unless the newest one says the same; the caller holds the write lock.
   *
   * @returns the newest version; null where nothing ever was measured
   * @throws UserError 'handle-unknown'
   */
  record({ slice, marks, reader }: MeasurementEntry, now: string): MeasurementVersion | null {
    const sliceId = storedSliceId(slice);
    const place = sliceId === null ? undefined : this.#caseOf.get(sliceId);
    if (sliceId === null || place === undefined) throw new UserError('handle-unknown');
    const newest = this.#newest.get(sliceId);
    const text = JSON.stringify(marks.map(({ kind, points }) => ({ kind, points })));
    if ((newest?.marks ?? '[]') === text) return newest === undefined ? null : versionFrom(newest);
    const row: MeasurementFields = {
      case_id: place.case_id,
      slice_id: sliceId,
      version: (newest?.version ?? 0) + 1,
      created_at: now,
      reader,
      marks: text,
    };
    const id = Number(this.#insert.run(row).lastInsertRowid);
    this.#parts.auditTrail.append('measurements-recorded', id, now);
    // Nothing to count, but a case that is worked on comes out of the trash.
    this.#parts.growthWriter.write(place.case_id, new Growth(), now);
    return versionFrom(row);
  }

  /** The newest version of a slice, or null. @throws UserError 'handle-unknown' */
  newest(slice: SliceHandle): MeasurementVersion | null {
    const sliceId = storedSliceId(slice);
    if (sliceId === null) throw new UserError('handle-unknown');
    const row = this.#newest.get(sliceId);
    return row === undefined ? null : versionFrom(row);
  }
}

function versionFrom(row: MeasurementFields): MeasurementVersion {
  return {
    slice: storedSliceHandle(row.slice_id),
    version: row.version,
    createdAt: row.created_at,
    reader: row.reader,
    marks: JSON.parse(row.marks) as SliceMark[],
  };
}
