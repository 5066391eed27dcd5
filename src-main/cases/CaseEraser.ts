import { UserError } from '../../src-shared/errors.ts';
import type { BlobStore } from '../storage/BlobStore.ts';
import type { Database, Statement } from '../storage/Database.ts';
import type { AuditTrail } from './AuditTrail.ts';
import type { AuditAction } from './auditFacts.ts';

/** The rows of a case that the audit trail speaks of, as a query for their ids. */
const subjectsOfCase: readonly (readonly [AuditAction, string])[] = [
  ['analysis-recorded', 'SELECT id FROM analyses WHERE slice_id IN erased_slices'],
  ['reading-recorded', 'SELECT id FROM readings WHERE case_id = @id'],
  ['answer-revealed', 'SELECT id FROM reveals WHERE series_id IN erased_series'],
  ['measurements-recorded', 'SELECT id FROM measurements WHERE case_id = @id'],
  ['trash-moved', 'SELECT id FROM trash_moves WHERE case_id = @id'],
];

/** Children before parents, since every deletion looks for what still refers to its row. */
const deletions = [
  'UPDATE cases SET thumbnail_slice_id = NULL, latest_reading_id = NULL WHERE id = @id',
  'UPDATE slices SET newest_analysis_id = NULL, reading_id = NULL WHERE id IN erased_slices',
  'DELETE FROM reveals WHERE series_id IN erased_series',
  'DELETE FROM readings WHERE case_id = @id',
  'DELETE FROM measurements WHERE case_id = @id',
  'DELETE FROM heatmaps WHERE analysis_id IN (SELECT id FROM analyses WHERE slice_id IN erased_slices)',
  'DELETE FROM analyses WHERE slice_id IN erased_slices',
  `INSERT OR IGNORE INTO doomed_pictures (pixel_hash)
    SELECT pixel_hash FROM slices WHERE id IN erased_slices`,
  'DELETE FROM slices WHERE id IN erased_slices',
  'DELETE FROM series WHERE id IN erased_series',
  'DELETE FROM studies WHERE case_id = @id',
  'DELETE FROM search WHERE rowid IN (SELECT id FROM search_entries WHERE case_id = @id)',
  'DELETE FROM search_entries WHERE case_id = @id',
  'DELETE FROM case_models WHERE case_id = @id',
  'DELETE FROM trash_moves WHERE case_id = @id',
  'DELETE FROM cases WHERE id = @id',
];

const withErased = (statement: string): string => `
  WITH erased_series AS MATERIALIZED (
    SELECT series.id FROM series JOIN studies ON studies.id = study_id WHERE case_id = @id
  ), erased_slices AS MATERIALIZED (SELECT id FROM slices WHERE series_id IN erased_series)
  ${statement}`;

/** Pictures that are removed under one write lock. */
const pictureBatch = 256;

/** Erases cases for good: rows, words of the index, salt, pictures. */
export class CaseEraser {
  readonly #database: Database;
  readonly #blobs: BlobStore;
  readonly #auditTrail: AuditTrail;
  readonly #trashedAt: Statement<[number], { trashed_at: string | null }>;
  readonly #insertErasure: Statement<[now: string], never>;
  readonly #noteSubjects: Statement<[{ id: number; erasure: number }], never>[];
  readonly #deletions: Statement<[{ id: number }], never>[];
  readonly #unfinished: Statement<[], unknown>;
  readonly #doomed: Statement<[limit: number], { pixel_hash: string; is_used: number }>;
  readonly #forget: Statement<[hash: string], never>;
  readonly #finish: Statement<[], never>;
  readonly #mergeIndex: Statement<[], never>;

  constructor(database: Database, blobs: BlobStore, auditTrail: AuditTrail) {
    this.#database = database;
    this.#blobs = blobs;
    this.#auditTrail = auditTrail;
    this.#trashedAt = database.prepare('SELECT trashed_at FROM cases WHERE id = ?');
    this.#insertErasure = database.prepare('INSERT INTO erasures (erased_at) VALUES (?)');
    this.#noteSubjects = subjectsOfCase.map(([action, ids]) =>
      database.prepare(
        withErased(`INSERT INTO erased_subjects (action, subject_id, erasure_id)
          SELECT '${action}', id, @erasure FROM (${ids})`),
      ),
    );
    this.#deletions = deletions.map((deletion) => database.prepare(withErased(deletion)));
    this.#unfinished = database.prepare('SELECT 1 FROM erasures WHERE NOT is_finished LIMIT 1');
    this.#doomed = database.prepare(`
      SELECT pixel_hash, EXISTS (SELECT 1 FROM slices s WHERE s.pixel_hash = doomed_pictures.pixel_hash) AS is_used
      FROM doomed_pictures LIMIT ?`);
    this.#forget = database.prepare('DELETE FROM doomed_pictures WHERE pixel_hash = ?');
    this.#finish = database.prepare('UPDATE erasures SET is_finished = 1 WHERE NOT is_finished');
    this.#mergeIndex = database.prepare("INSERT INTO search (search) VALUES ('optimize')");
  }

  /** Refuses before anything was done. @throws UserError 'case-unknown', 'case-not-in-trash' */
  requireTrashed(ids: readonly number[]): void {
    for (const id of ids) {
      const found = this.#trashedAt.get(id);
      if (found === undefined) throw new UserError('case-unknown');
      if (found.trashed_at === null) throw new UserError('case-not-in-trash');
    }
  }

  /**
   * Takes a case out of the tables, as one transaction; `finish` has to follow.
   *
   * @throws UserError 'case-unknown', 'case-not-in-trash'
   */
  erase(id: number): void {
    this.#database.write(() => {
      this.requireTrashed([id]);
      const now = new Date().toISOString();
      const erasure = Number(this.#insertErasure.run(now).lastInsertRowid);
      for (const note of this.#noteSubjects) note.run({ id, erasure });
      this.#auditTrail.append('case-erased', erasure, now);
      for (const deletion of this.#deletions) deletion.run({ id });
    });
  }

  /** True after an erasure whose `finish` did not come to its end. */
  isUnfinished(): boolean {
    return this.#database.read(() => this.#unfinished.get()) !== undefined;
  }

  /**
   * Removes what an erased case leaves outside the tables: its pictures, its words in the index (deleted entries stay in
   * it until its parts are merged), pages in the log, and older copies of the database. May be repeated at any time.
   */
  async finish(): Promise<void> {
    while (this.#removePictures() > 0);
    this.#database.write(() => {
      this.#mergeIndex.run();
    });
    await this.#database.forgetEarlierStates();
    this.#database.write(() => this.#finish.run());
  }

  /** Under the write lock, so that no row can come to name a picture between the look and the removal. */
  #removePictures(): number {
    return this.#database.write(() => {
      const doomed = this.#doomed.all(pictureBatch);
      for (const { pixel_hash: hash, is_used: isUsed } of doomed) {
        if (isUsed === 0) this.#blobs.remove(hash, 0);
        this.#forget.run(hash);
      }
      return doomed.length;
    });
  }
}
