import type { AnswerVersion } from '../../src-shared/domain/cases.ts';
import type { SliceHandle } from '../../src-shared/domain/collection.ts';
import type { Reading } from '../../src-shared/domain/readings.ts';
import type { Slice, SliceHeader } from '../../src-shared/domain/slice.ts';
import { UserError } from '../../src-shared/errors.ts';
import type { BlobStore } from '../storage/BlobStore.ts';
import type { Database, Statement } from '../storage/Database.ts';
import type { SliceContent } from './CaseStore.ts';
import { readingFrom, readingSource, type ReadingRow } from './readingRow.ts';
import { samplesFrom, storedLength, type SampleType } from './storedSamples.ts';
import { storedSliceId } from './storedSliceHandle.ts';

interface SliceRow {
  series_id: number;
  file_hash: string;
  frame: number | null;
  volume_plane: SliceContent['volumePlane'];
  header: string;
  sample_type: SampleType;
  pixel_hash: string;
}

interface AnswerRow {
  id: number;
  created_at: string;
  class: AnswerVersion['class'];
  probabilities: string;
  model: string;
  model_fingerprint: string;
}

/** Reads what belongs to one stored slice. Every method may throw UserError 'handle-unknown'. */
export class SliceReader {
  readonly #database: Database;
  readonly #blobs: BlobStore;
  readonly #slice: Statement<[number], SliceRow>;
  readonly #answers: Statement<[number], AnswerRow>;
  readonly #readings: Statement<[sliceId: number, seriesId: number], ReadingRow>;

  constructor(database: Database, blobs: BlobStore) {
    this.#database = database;
    this.#blobs = blobs;
    this.#slice = database.prepare('SELECT * FROM slices WHERE id = ?');
    this.#answers = database.prepare('SELECT * FROM analyses WHERE slice_id = ? ORDER BY id DESC');
    this.#readings = database.prepare(`
      SELECT ${readingSource}
      WHERE (r.scope = 'slice' AND r.subject_id = ?) OR (r.scope = 'series' AND r.subject_id = ?)
      ORDER BY r.id`);
  }

  /** The slice with its pixels. @throws UserError 'store-damaged' */
  async slice(handle: SliceHandle): Promise<Slice> {
    const row = this.#database.read(() => this.#row(handle).row);
    const header = JSON.parse(row.header) as SliceHeader;
    const byteLength = storedLength(row.sample_type, header.rows * header.columns);
    const bytes = await this.#blobs.read(row.pixel_hash, byteLength);
    return { ...header, samples: samplesFrom(row.sample_type, bytes) };
  }

  /** What identifies its content. */
  content(handle: SliceHandle): SliceContent {
    const { row } = this.#database.read(() => this.#row(handle));
    return { fileHash: row.file_hash, frame: row.frame, volumePlane: row.volume_plane };
  }

  /** Every answer for it, newest first. */
  answers(handle: SliceHandle): AnswerVersion[] {
    return this.#database
      .read(() => this.#answers.all(this.#row(handle).id))
      .map((row) => ({
        analysis: String(row.id),
        createdAt: row.created_at,
        class: row.class,
        probabilities: JSON.parse(row.probabilities) as AnswerVersion['probabilities'],
        model: row.model,
        modelFingerprint: row.model_fingerprint,
      }));
  }

  /** Every version of the readings of it and of its series, oldest first. */
  readings(handle: SliceHandle): Reading[] {
    return this.#database.read(() => {
      const { id, row } = this.#row(handle);
      return this.#readings.all(id, row.series_id).map(readingFrom);
    });
  }

  #row(handle: SliceHandle): { id: number; row: SliceRow } {
    const id = storedSliceId(handle);
    const row = id === null ? undefined : this.#slice.get(id);
    if (id === null || row === undefined) throw new UserError('handle-unknown');
    return { id, row };
  }
}
