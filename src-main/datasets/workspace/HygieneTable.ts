import { hash } from 'node:crypto';
import type { FoundPicture } from '../../../src-shared/domain/hygiene.ts';
import type { Database } from '../../storage/Database.ts';
import type { FoundSets } from '../hygiene/judgeFindings.ts';

/** What the comparison of all pictures found, by picture ids. */
export type ComparedSets = Omit<FoundSets, 'strangers'>;

/** A comparison as it was kept. */
export interface KeptComparison {
  /** See `HygieneTable.fingerprint`. */
  fingerprint: string;
  computedAt: string;
  sets: ComparedSets;
  /** For every compared picture, by id, the picture that names its group. */
  groups: [id: number, group: number][];
}

/** What a guard said of a picture. */
export interface Examination {
  picture: number;
  /** Of the bytes that were looked at. */
  fileHash: string;
  /** Its plane was known, which decides about the guard. */
  hadPlane: boolean;
  score: number | null;
  isFlagged: boolean;
  /** Null where nothing is wrong. */
  reason: string | null;
}

/** A picture with what shortcuts are measured by. */
export interface HygienePicture extends FoundPicture {
  border: number;
  brightness: number;
}

/** Keeps what hygiene computed with the pictures, so that each is looked at once. */
export class HygieneTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Changes whenever a picture comes, goes or gets other bytes; labels do not count. */
  fingerprint(dataset: number): string {
    const lines = this.#database.read(() =>
      this.#database
        .prepare<[number], string>(
          `SELECT id || ' ' || file_hash || ' ' || slice_index FROM pictures WHERE dataset_id = ? ORDER BY id`,
        )
        .pluck()
        .all(dataset),
    );
    return hash('sha256', lines.join('\n'), 'hex');
  }

  /** Every picture as it is now, by id. */
  pictures(dataset: number): Map<number, HygienePicture> {
    const rows = this.#database.read(() =>
      this.#database
        .prepare<[number], Omit<HygienePicture, 'isQuarantined'> & { isQuarantined: number }>(
          `SELECT id, path, part, class, rows, columns, border, brightness, is_quarantined AS isQuarantined
           FROM pictures WHERE dataset_id = ? ORDER BY path, slice_index, id`,
        )
        .all(dataset),
    );
    return new Map(rows.map((row) => [row.id, { ...row, isQuarantined: row.isQuarantined === 1 }]));
  }

  /** The last comparison; null where there was none, or by another version of the grouping. */
  comparison(dataset: number, groupingVersion: number): KeptComparison | null {
    const content = this.#database.read(() =>
      this.#database
        .prepare<[number, number], string>(
          'SELECT content FROM comparisons WHERE dataset_id = ? AND grouping_version = ?',
        )
        .pluck()
        .get(dataset, groupingVersion),
    );
    return content === undefined ? null : (JSON.parse(content) as KeptComparison);
  }

  keepComparison(dataset: number, groupingVersion: number, comparison: KeptComparison): void {
    this.#database.write(() =>
      this.#database
        .prepare<[number, number, string]>(
          `INSERT INTO comparisons (dataset_id, grouping_version, content) VALUES (?, ?, ?)
           ON CONFLICT DO UPDATE SET grouping_version = excluded.grouping_version, content = excluded.content`,
        )
        .run(dataset, groupingVersion, JSON.stringify(comparison)),
    );
  }

  /** Pictures that no guard has seen as they are now. */
  unexamined(dataset: number): number[] {
    return this.#database.read(() =>
      this.#database
        .prepare<[number], number>(
          `SELECT p.id FROM pictures p LEFT JOIN examinations e ON e.picture_id = p.id
           WHERE p.dataset_id = ? AND p.is_missing = 0
             AND (e.file_hash IS NOT p.file_hash OR e.had_plane <> (p.plane IS NOT NULL))
           ORDER BY p.id`,
        )
        .pluck()
        .all(dataset),
    );
  }

  keepExaminations(examinations: readonly Examination[]): void {
    const statement = this.#database.prepare<[unknown]>(
      `INSERT OR REPLACE INTO examinations (picture_id, file_hash, had_plane, score, is_flagged, reason)
       VALUES (@picture, @fileHash, @hadPlane, @score, @isFlagged, @reason)`,
    );
    this.#database.write(() => {
      for (const one of examinations)
        statement.run({ ...one, hadPlane: Number(one.hadPlane), isFlagged: Number(one.isFlagged) });
    });
  }

  /** Flagged pictures, the strangest first. */
  strangers(dataset: number): FoundSets['strangers'] {
    return this.#database.read(() =>
      this.#database
        .prepare<[number], FoundSets['strangers'][number]>(
          `SELECT p.id, e.reason FROM examinations e JOIN pictures p ON p.id = e.picture_id
           WHERE p.dataset_id = ? AND e.is_flagged = 1 ORDER BY ifnull(e.score, 1e9) DESC, p.path, p.id`,
        )
        .all(dataset),
    );
  }
}
