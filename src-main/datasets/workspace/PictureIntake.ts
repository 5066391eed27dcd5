import type { Plane, PlaneSource } from '../../../src-shared/domain/plane.ts';
import type { Failure } from '../../../src-shared/errors.ts';
import type { Database, Statement } from '../../storage/Database.ts';
import type { DescribedPicture } from '../readPictures.ts';
import { HygieneTable, type Examination, type Verdict } from './HygieneTable.ts';

/** A picture as an import describes it. */
export interface TakenPicture extends DescribedPicture {
  /** Place of the slice in its file. */
  sliceIndex: number;
  /** What its file's orientation says. */
  orientation: Plane | null;
  look: Uint32Array<ArrayBuffer> | null;
  /** A small JPEG. */
  preview: Uint8Array<ArrayBuffer>;
  /** What a guard says of it; null where none was asked. */
  verdict: Verdict | null;
}

/** A file with its pictures, or why there are none. */
export interface TakenFile {
  path: string;
  /** Changes whenever the file does. */
  stamp: string;
  outcome: { fileHash: string; pictures: readonly TakenPicture[] } | { error: Failure };
}

/** What became of a file's pictures. */
export type IntakeFate = 'added' | 'unchanged' | 'updated' | 'relinked' | 'unreadable';

type Known = { stamp: string; fileHash: string; pictures: number };

/** Writes what an import finds; one visit of one source at a time. */
export class PictureIntake {
  readonly #database: Database;
  readonly #dataset: number;
  readonly #source: number;
  readonly #hygiene: HygieneTable;
  readonly #visit: number;
  /** Files that were met and have not changed; written with the next batch. */
  readonly #met: string[] = [];
  /** What guards said of the pictures of this batch. */
  readonly #examined: Examination[] = [];
  readonly #statements = new Map<string, Statement<unknown[], unknown>>();

  constructor(database: Database, dataset: number, source: number) {
    this.#database = database;
    this.#dataset = dataset;
    this.#source = source;
    this.#hygiene = new HygieneTable(database);
    this.#visit = database.write(() =>
      database
        .prepare<[number], number>(
          'UPDATE sources SET visit = visit + 1, imported_at = NULL WHERE id = ? RETURNING visit',
        )
        .pluck()
        .get(source)!,
    );
  }

  /** How many pictures a file has that was taken before and has not changed; null for a new or changed one. */
  knows(path: string, stamp: string): number | 'unreadable' | null {
    const known = this.#known(this.#source, path);
    const bad = this.#prepare<[number, string], string>(
      'SELECT stamp FROM unreadable WHERE source_id = ? AND path = ?',
    )
      .pluck()
      .get(this.#source, path);
    if (known?.stamp !== stamp && bad !== stamp) return null;
    this.#met.push(path);
    return known?.stamp === stamp ? known.pictures : 'unreadable';
  }

  /**
   * Writes a batch of files at once.
   *
   * @param exists - whether the file of another picture, by its source's path and its own, is still there
   */
  take(files: readonly TakenFile[], exists: (sourcePath: string, path: string) => boolean): IntakeFate[] {
    return this.#database.write(() => {
      this.#writeMet();
      const fates = files.map((file) => this.#takeFile(file, exists));
      this.#hygiene.keepExaminations(this.#examined.splice(0));
      if (fates.some((fate) => fate !== 'unchanged' && fate !== 'unreadable')) this.#touch();
      return fates;
    });
  }

  /** Ends a visit that saw everything: what was not met is missing. @returns how many pictures are */
  finish(): number {
    return this.#database.write(() => {
      this.#writeMet();
      const values = { source: this.#source, visit: this.#visit, now: new Date().toISOString() };
      this.#prepare<unknown[]>('DELETE FROM unreadable WHERE source_id = @source AND visit <> @visit').run(
        values,
      );
      const { changes } = this.#prepare<unknown[]>(
        `UPDATE pictures SET is_missing = (visit <> @visit)
           WHERE source_id = @source AND is_missing <> (visit <> @visit)`,
      ).run(values);
      if (changes > 0) this.#touch();
      this.#prepare<unknown[]>('UPDATE sources SET imported_at = @now WHERE id = @source').run(values);
      return this.#prepare<[number], number>(
        'SELECT count(*) FROM pictures WHERE source_id = ? AND is_missing',
      )
        .pluck()
        .get(this.#source)!;
    });
  }

  #takeFile(
    { path, stamp, outcome }: TakenFile,
    exists: (sourcePath: string, path: string) => boolean,
  ): IntakeFate {
    const place = { source: this.#source, path, stamp, visit: this.#visit };
    if ('error' in outcome) {
      this.#prepare<unknown[]>(
        `INSERT INTO unreadable (source_id, path, stamp, visit, error) VALUES (@source, @path, @stamp, @visit, @error)
           ON CONFLICT DO UPDATE SET stamp = excluded.stamp, visit = excluded.visit, error = excluded.error`,
      ).run({ ...place, error: JSON.stringify(outcome.error) });
      return 'unreadable';
    }
    this.#prepare<unknown[]>('DELETE FROM unreadable WHERE source_id = ? AND path = ?').run(
      this.#source,
      path,
    );
    const known = this.#known(this.#source, path);
    if (known?.fileHash === outcome.fileHash) {
      this.#move(this.#source, path, stamp, path);
      return 'unchanged';
    }
    if (known === undefined && this.#relink(path, stamp, outcome.fileHash, exists)) return 'relinked';
    for (const picture of outcome.pictures) this.#write(picture, stamp);
    // A file that has fewer slices than it had.
    this.#prepare<unknown[]>(
      'DELETE FROM pictures WHERE source_id = @source AND path = @path AND visit <> @visit',
    ).run({ source: this.#source, path, visit: this.#visit });
    return known === undefined ? 'added' : 'updated';
  }

  /** Finds the same content at a place where it is no longer, and moves it here with its labels. */
  #relink(
    path: string,
    stamp: string,
    fileHash: string,
    exists: (sourcePath: string, path: string) => boolean,
  ): boolean {
    const candidates = this.#prepare<[number, string], { source: number; sourcePath: string; path: string }>(
      `SELECT DISTINCT p.source_id AS source, s.path AS sourcePath, p.path
         FROM pictures p JOIN sources s ON s.id = p.source_id WHERE p.dataset_id = ? AND p.file_hash = ?`,
    ).all(this.#dataset, fileHash);
    const gone = candidates.find((other) => !exists(other.sourcePath, other.path));
    if (gone === undefined) return false;
    this.#move(gone.source, gone.path, stamp, path);
    return true;
  }

  #move(source: number, path: string, stamp: string, newPath: string): void {
    this.#prepare<unknown[]>(
      `UPDATE pictures SET source_id = @newSource, path = @newPath, stamp = @stamp, visit = @visit, is_missing = 0
         WHERE source_id = @source AND path = @path`,
    ).run({ source, path, stamp, newPath, newSource: this.#source, visit: this.#visit });
  }

  #write(picture: TakenPicture, stamp: string): void {
    const suggestion: { suggestedBy: PlaneSource | null; probability: number | null } =
      picture.orientation === null
        ? { suggestedBy: null, probability: null }
        : { suggestedBy: 'orientation', probability: 1 };
    const { thumbnail, look, preview, verdict, ...row } = picture;
    const id = this.#prepare<[unknown], number>(writePicture)
      .pluck()
      .get({
        ...row,
        ...suggestion,
        dataset: this.#dataset,
        source: this.#source,
        stamp,
        visit: this.#visit,
        now: new Date().toISOString(),
        classOrigin: picture.class === null ? null : 'folder',
        planeOrigin: picture.plane === null ? null : 'folder',
      });
    const bytes = look === null ? null : new Uint8Array(look.buffer);
    this.#prepare<unknown[]>(
      'INSERT OR REPLACE INTO looks (picture_id, look, thumbnail, preview) VALUES (?, ?, ?, ?)',
    ).run(id!, bytes, thumbnail, preview);
    if (verdict !== null) this.#examined.push({ picture: id!, fileHash: picture.fileHash, ...verdict });
  }

  #known(source: number, path: string): Known | undefined {
    return this.#prepare<[number, string], Known>(
      `SELECT min(stamp) AS stamp, min(file_hash) AS fileHash, count(*) AS pictures
         FROM pictures WHERE source_id = ? AND path = ? HAVING count(*) > 0`,
    ).get(source, path);
  }

  #writeMet(): void {
    for (const table of ['pictures', 'unreadable'])
      this.#prepare<unknown[]>(
        `UPDATE ${table} SET visit = @visit WHERE source_id = @source
             AND path IN (SELECT value FROM json_each(@paths))`,
      ).run({ source: this.#source, visit: this.#visit, paths: JSON.stringify(this.#met) });
    this.#met.length = 0;
  }

  /** A statement that is prepared once: an import runs each of them thousands of times. */
  #prepare<Parameters extends unknown[], Row = unknown>(source: string): Statement<Parameters, Row> {
    const kept = this.#statements.get(source) ?? this.#database.prepare(source);
    this.#statements.set(source, kept);
    return kept as Statement<Parameters, Row>;
  }

  #touch(): void {
    this.#prepare<unknown[]>('UPDATE datasets SET revision = revision + 1, changed_at = ? WHERE id = ?').run(
      new Date().toISOString(),
      this.#dataset,
    );
  }
}

/** New, or other content under a known path: then labels and suggestions of before are kept. */
const writePicture = `
  INSERT INTO pictures (dataset_id, source_id, path, frame, slice_index, stamp, visit, added_at, file_hash, pixel_hash,
    rows, columns, brightness, border, patient_key, series_key, part, class, class_origin, plane, plane_origin,
    suggested_plane, suggested_by, suggestion_probability)
  VALUES (@dataset, @source, @path, @frame, @sliceIndex, @stamp, @visit, @now, @fileHash, @pixelHash,
    @rows, @columns, @brightness, @border, @patientKey, @seriesKey, @part, @class, @classOrigin, @plane, @planeOrigin,
    @orientation, @suggestedBy, @probability)
  ON CONFLICT DO UPDATE SET frame = excluded.frame, stamp = excluded.stamp, visit = excluded.visit,
    file_hash = excluded.file_hash, pixel_hash = excluded.pixel_hash, rows = excluded.rows, columns = excluded.columns,
    brightness = excluded.brightness, border = excluded.border, patient_key = excluded.patient_key,
    series_key = excluded.series_key, is_missing = 0
  RETURNING id`;
