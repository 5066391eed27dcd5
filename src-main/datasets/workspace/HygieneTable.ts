import { hash } from 'node:crypto';
import type { FoundPicture } from '../../../src-shared/domain/hygiene.ts';
import type { Database } from '../../storage/Database.ts';
import type { FoundSets } from '../hygiene/judgeFindings.ts';

/** What the comparison of all pictures found, by picture ids. */
export type ComparedSets = Omit<FoundSets, 'strangers' | 'doubts'>;

/** A comparison as it was kept. */
export interface KeptComparison {
  /** See `HygieneTable.fingerprint`. */
  fingerprint: string;
  computedAt: string;
  sets: ComparedSets;
  /** For every compared picture, by id, the picture that names its group. */
  groups: [id: number, group: number][];
}

/** What a guard says of a picture. */
export interface Verdict {
  /** Its plane was known, which decides about the guard. */
  hadPlane: boolean;
  /** Key of the guard, see `Guards`. */
  examinedBy: string;
  score: number | null;
  isFlagged: boolean;
  /** Null where nothing is wrong. */
  reason: string | null;
}

/** A verdict on a picture of the workspace. */
export interface Examination extends Verdict {
  picture: number;
  /** Of the bytes that were looked at. */
  fileHash: string;
}

/** Keys of the guards that judge pictures: another key, another judgement. */
export interface Guards {
  /** Of pictures whose plane is known. */
  placed: string;
  /** Of the others. */
  unplaced: string;
}

/** A picture with what shortcuts are measured by. */
export interface HygienePicture extends FoundPicture {
  border: number;
  brightness: number;
}

type Flags = 'isClassByHand' | 'isQuarantined';
type StoredPicture = Omit<HygienePicture, Flags> & Record<Flags, number>;

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

  /**
   * Pictures as they are now, by id.
   *
   * @param ids - only these; null: all of them
   */
  pictures(dataset: number, ids: readonly number[] | null = null): Map<number, HygienePicture> {
    const among = ids === null ? '' : 'AND id IN (SELECT value FROM json_each(@ids))';
    const rows = this.#database.read(() =>
      this.#database
        .prepare<[unknown], StoredPicture>(
          `SELECT id, path, part, class, class_origin IS 'person' AS isClassByHand, rows, columns, border, brightness,
             is_quarantined AS isQuarantined
           FROM pictures WHERE dataset_id = @dataset ${among} ORDER BY path, slice_index, id`,
        )
        .all({ dataset, ...(ids !== null && { ids: JSON.stringify(ids) }) }),
    );
    return new Map(
      rows.map(({ isClassByHand, isQuarantined, ...row }) => [
        row.id,
        { ...row, isClassByHand: isClassByHand === 1, isQuarantined: isQuarantined === 1 },
      ]),
    );
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

  /** Pictures that these guards have not seen as they are now. */
  unexamined(dataset: number, guards: Guards): number[] {
    return this.#database.read(() =>
      this.#database
        .prepare<[unknown], number>(
          `SELECT p.id FROM pictures p LEFT JOIN examinations e ON e.picture_id = p.id
           WHERE p.dataset_id = @dataset AND p.is_missing = 0
             AND (e.file_hash IS NOT p.file_hash OR e.had_plane <> (p.plane IS NOT NULL)
               OR e.examined_by IS NOT iif(p.plane IS NULL, @unplaced, @placed))
           ORDER BY p.id`,
        )
        .pluck()
        .all({ dataset, ...guards }),
    );
  }

  keepExaminations(examinations: readonly Examination[]): void {
    const statement = this.#database.prepare<[unknown]>(
      `INSERT OR REPLACE INTO examinations (picture_id, file_hash, had_plane, examined_by, score, is_flagged, reason)
       VALUES (@picture, @fileHash, @hadPlane, @examinedBy, @score, @isFlagged, @reason)`,
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
