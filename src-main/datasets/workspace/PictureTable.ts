import type { PictureSelection } from '../../../src-shared/contract/pictureSelection.ts';
import type { FolderPart } from '../../../src-shared/domain/dataset.ts';
import type { Plane, PlaneSource } from '../../../src-shared/domain/plane.ts';
import type { TumourClass } from '../../../src-shared/domain/tumourClass.ts';
import {
  sheetClasses,
  sheetPlanes,
  type LabelSheet,
  type PictureRow,
} from '../../../src-shared/domain/workspace.ts';
import { UserError } from '../../../src-shared/errors.ts';
import type { Database } from '../../storage/Database.ts';
import type { DescribedPicture } from '../readPictures.ts';
import { pictureQuery, type Values } from './pictureConditions.ts';

interface StoredRow {
  id: number;
  source_id: number;
  path: string;
  frame: number | null;
  rows: number;
  columns: number;
  part: FolderPart | null;
  class: TumourClass | null;
  class_origin: PictureRow['classOrigin'];
  plane: Plane | null;
  plane_origin: PictureRow['planeOrigin'];
  suggested_plane: Plane | null;
  suggested_by: PlaneSource | null;
  suggestion_probability: number | null;
  is_quarantined: number;
  is_missing: number;
}

/** Where a picture's pixels are. */
export interface PicturePlace {
  /** Absolute path of the folder, archive or file that it was imported from. */
  sourcePath: string;
  /** Relative to it. */
  path: string;
  sliceIndex: number;
}

/** A picture as hygiene and splits need it: what a scan of its folder would say, with the labels of the workspace. */
export interface WorkspacePicture extends DescribedPicture {
  id: number;
  source: number;
  /** See `lookHash`; null for a picture that shows nothing. */
  look: Uint32Array<ArrayBuffer> | null;
  isQuarantined: boolean;
}

const rowColumns = `p.id, p.source_id, p.path, p.frame, p.rows, p.columns, p.part, p.class, p.class_origin, p.plane,
  p.plane_origin, p.suggested_plane, p.suggested_by, p.suggestion_probability, p.is_quarantined, p.is_missing`;

/** Pictures that are held at once with their thumbnails. */
const describedAtOnce = 1000;

/** Reads pictures of the workspace. */
export class PictureTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** A page of a selection, and how many pictures it has in all. */
  list(
    selection: PictureSelection,
    page: { offset: number; limit: number },
  ): { pictures: PictureRow[]; total: number } {
    const { where, orderBy, values } = pictureQuery(selection);
    return this.#database.read(() => ({
      pictures: this.#rows(`pictures p WHERE ${where} ORDER BY ${orderBy} LIMIT @limit OFFSET @offset`, {
        ...values,
        ...page,
      }),
      total: this.#database
        .prepare<[unknown], number>(`SELECT count(*) FROM pictures p WHERE ${where}`)
        .pluck()
        .get(values)!,
    }));
  }

  /** How many pictures a selection has, and how many of them have a plane and a class. */
  progress(selection: PictureSelection): { pictures: number; labelled: number } {
    const { where, values } = pictureQuery(selection);
    return this.#database.read(() =>
      this.#database
        .prepare<[unknown], { pictures: number; labelled: number }>(
          `SELECT count(*) AS pictures, count(*) FILTER (WHERE p.class IS NOT NULL AND p.plane IS NOT NULL) AS labelled
             FROM pictures p WHERE ${where}`,
        )
        .get(values)!,
    );
  }

  /** Where the pictures of a split are, by content and place: their ids at its positions, 0 for one that is gone. */
  idsOf(
    dataset: number,
    wanted: readonly { path: string; frame: number | null; hash: string }[],
  ): Uint32Array<ArrayBuffer> {
    const key = (path: string, frame: number | null, hash: string): string =>
      `${hash} ${frame ?? ''} ${path}`;
    const rows = this.#database.read(() =>
      this.#database
        .prepare<[number], [number, string, number | null, string]>(
          'SELECT id, path, frame, file_hash FROM pictures WHERE dataset_id = ? ORDER BY id DESC',
        )
        .raw()
        .all(dataset),
    );
    const found = Map.groupBy(rows, ([, path, frame, hash]) => key(path, frame, hash));
    // Pictures that are equal in all of this take their turns.
    return Uint32Array.from(
      wanted,
      ({ path, frame, hash }) => found.get(key(path, frame, hash))?.pop()?.[0] ?? 0,
    );
  }

  /** Rows by id, in the order of the ids; those that are gone are left out. */
  rowsOf(dataset: number, ids: readonly number[]): PictureRow[] {
    const from = `json_each(@ids) w JOIN pictures p ON p.id = w.value WHERE +p.dataset_id = @dataset ORDER BY w.key`;
    return this.#database.read(() => this.#rows(from, { dataset, ids: JSON.stringify(ids) }));
  }

  /**
   * The labels of a selection as columns.
   *
   * @param labeller - take what this person said instead of the labels in force
   */
  sheet(selection: PictureSelection, labeller: string | null): LabelSheet {
    const { where, orderBy, values } = pictureQuery(selection);
    const own = (field: string): string =>
      `(SELECT value FROM opinions WHERE picture_id = p.id AND field = '${field}' AND who = @labeller)`;
    const [tumour, plane] = labeller === null ? ['p.class', 'p.plane'] : [own('class'), own('plane')];
    type Line = [number, TumourClass | null, Plane | null, Plane | null, number | null, number];
    return this.#database.read(() => {
      const lines = this.#database
        .prepare<[unknown], Line>(
          `SELECT p.id, ${tumour}, ${plane}, p.suggested_plane, p.suggestion_probability, p.is_quarantined
           FROM pictures p WHERE ${where} ORDER BY ${orderBy}`,
        )
        .raw()
        .all({ ...values, ...(labeller !== null && { labeller }) });
      const codes = <Name>(names: readonly Name[], at: 1 | 2 | 3): Uint8Array<ArrayBuffer> =>
        Uint8Array.from(lines, (line) => names.indexOf(line[at] as Name) + 1);
      return {
        ids: Uint32Array.from(lines, (line) => line[0]),
        classes: codes(sheetClasses, 1),
        planes: codes(sheetPlanes, 2),
        suggestedPlanes: codes(sheetPlanes, 3),
        probabilities: Float32Array.from(lines, (line) => line[4] ?? 0),
        quarantined: Uint8Array.from(lines, (line) => line[5]),
        revision: this.#revision(selection.dataset),
      };
    });
  }

  /**
   * Walks a selection as a scan would describe it, thumbnails included: 100,000 pictures in one list take about 300 MB.
   */
  *describe(selection: PictureSelection): Generator<WorkspacePicture> {
    const { where, orderBy, values } = pictureQuery(selection);
    const ids = this.#database.read(() =>
      this.#database
        .prepare<[unknown], number>(`SELECT p.id FROM pictures p WHERE ${where} ORDER BY ${orderBy}`)
        .pluck()
        .all(values),
    );
    const statement = this.#database.prepare<[unknown], StoredRow & DescribedColumns>(
      `SELECT ${rowColumns}, p.file_hash, p.pixel_hash, p.brightness, p.border, p.patient_key, p.series_key,
         l.look, l.thumbnail
       FROM json_each(@ids) wanted JOIN pictures p ON p.id = wanted.value JOIN looks l ON l.picture_id = p.id
       ORDER BY wanted.key`,
    );
    for (let start = 0; start < ids.length; start += describedAtOnce) {
      const some = JSON.stringify(ids.slice(start, start + describedAtOnce));
      yield* this.#database.read(() => statement.all({ ids: some })).map(workspacePicture);
    }
  }

  /** Small pictures as JPEG, in the order of the ids; empty where there is none. */
  previews(dataset: number, ids: readonly number[]): Uint8Array<ArrayBuffer>[] {
    const found = this.#database.read(
      () =>
        new Map(
          this.#database
            .prepare<[unknown], [number, Buffer<ArrayBuffer>]>(
              `SELECT l.picture_id, l.preview FROM looks l JOIN pictures p ON p.id = l.picture_id
               WHERE p.dataset_id = @dataset AND l.picture_id IN (SELECT value FROM json_each(@ids))`,
            )
            .raw()
            .all({ dataset, ids: JSON.stringify(ids) }),
        ),
    );
    return ids.map((id) => new Uint8Array(found.get(id) ?? []));
  }

  /** @throws UserError 'picture-unknown' */
  placeOf(dataset: number, id: number): PicturePlace {
    const place = this.#database.read(() =>
      this.#database
        .prepare<[number, number], PicturePlace>(
          `SELECT s.path AS sourcePath, p.path, p.slice_index AS sliceIndex
           FROM pictures p JOIN sources s ON s.id = p.source_id WHERE p.id = ? AND p.dataset_id = ?`,
        )
        .get(id, dataset),
    );
    if (place === undefined) throw new UserError('picture-unknown');
    return place;
  }

  #rows(from: string, values: Values): PictureRow[] {
    return this.#database
      .prepare<[unknown], StoredRow>(`SELECT ${rowColumns} FROM ${from}`)
      .all(values)
      .map(pictureRow);
  }

  #revision(dataset: number): number {
    return this.#database
      .prepare<[number], number>('SELECT revision FROM datasets WHERE id = ?')
      .pluck()
      .get(dataset)!;
  }
}

interface DescribedColumns {
  file_hash: string;
  pixel_hash: string;
  brightness: number;
  border: number;
  patient_key: string | null;
  series_key: string | null;
  look: Uint8Array | null;
  thumbnail: Uint8Array;
}

function pictureRow(row: StoredRow): PictureRow {
  return {
    id: row.id,
    source: row.source_id,
    path: row.path,
    frame: row.frame,
    rows: row.rows,
    columns: row.columns,
    part: row.part,
    class: row.class,
    classOrigin: row.class_origin,
    plane: row.plane,
    planeOrigin: row.plane_origin,
    suggestedPlane: row.suggested_plane,
    suggestedBy: row.suggested_by,
    suggestionProbability: row.suggestion_probability,
    isQuarantined: row.is_quarantined === 1,
    isMissing: row.is_missing === 1,
  };
}

function workspacePicture(row: StoredRow & DescribedColumns): WorkspacePicture {
  return {
    id: row.id,
    source: row.source_id,
    path: row.path,
    frame: row.frame,
    rows: row.rows,
    columns: row.columns,
    part: row.part,
    class: row.class,
    plane: row.plane,
    fileHash: row.file_hash,
    pixelHash: row.pixel_hash,
    brightness: row.brightness,
    border: row.border,
    patientKey: row.patient_key,
    seriesKey: row.series_key,
    look: row.look === null ? null : new Uint32Array(Uint8Array.from(row.look).buffer),
    thumbnail: Uint8Array.from(row.thumbnail),
    isQuarantined: row.is_quarantined === 1,
  };
}
