import { basename } from 'node:path';
import { planes } from '../../../src-shared/domain/plane.ts';
import { tumourClasses } from '../../../src-shared/domain/tumourClass.ts';
import type {
  DatasetSource,
  DatasetSummary,
  LabelCounts,
  UnreadableFile,
} from '../../../src-shared/domain/workspace.ts';
import { UserError, type Failure } from '../../../src-shared/errors.ts';
import type { Database } from '../../storage/Database.ts';
import { requireDataset } from './requireDataset.ts';

interface StoredDataset {
  id: number;
  name: string;
  createdAt: string;
  changedAt: string;
  revision: number;
}

interface CountRow {
  class: keyof LabelCounts['classes'];
  plane: keyof LabelCounts['planes'];
  isQuarantined: number;
  isMissing: number;
  pictures: number;
}

/** A source with the path that only the main side knows. */
export type PlacedSource = DatasetSource & { path: string };

const datasetColumns = 'id, name, created_at AS createdAt, changed_at AS changedAt, revision';

/** The data sets of the workspace and where their pictures come from. */
export class DatasetTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** All of them, the last changed first. */
  list(): DatasetSummary[] {
    return this.#database.read(() =>
      this.#database
        .prepare<[], StoredDataset>(
          `SELECT ${datasetColumns} FROM datasets ORDER BY changed_at DESC, id DESC`,
        )
        .all()
        .map((stored) => this.#summary(stored)),
    );
  }

  /** @throws UserError 'dataset-unknown' */
  find(dataset: number): DatasetSummary {
    return this.#database.read(() => {
      const stored = this.#database
        .prepare<[number], StoredDataset>(`SELECT ${datasetColumns} FROM datasets WHERE id = ?`)
        .get(dataset);
      if (stored === undefined) throw new UserError('dataset-unknown');
      return this.#summary(stored);
    });
  }

  create(name: string): number {
    const now = new Date().toISOString();
    return this.#database.write(() =>
      Number(
        this.#database
          .prepare<unknown[]>('INSERT INTO datasets (name, created_at, changed_at) VALUES (?, ?, ?)')
          .run(name, now, now).lastInsertRowid,
      ),
    );
  }

  rename(dataset: number, name: string): void {
    this.#database.write(() =>
      this.#database.prepare<unknown[]>('UPDATE datasets SET name = ? WHERE id = ?').run(name, dataset),
    );
  }

  remove(dataset: number): void {
    this.#database.write(() =>
      this.#database.prepare<unknown[]>('DELETE FROM datasets WHERE id = ?').run(dataset),
    );
  }

  sources(dataset: number): PlacedSource[] {
    type Stored = Omit<PlacedSource, 'name' | 'isCopied'> & { isCopied: number };
    return this.#database.read(() =>
      this.#database
        .prepare<[number], Stored>(
          `SELECT s.id, s.path, s.is_copied AS isCopied, s.imported_at AS importedAt,
             count(p.id) AS pictures, ifnull(sum(p.is_missing), 0) AS missing
           FROM sources s LEFT JOIN pictures p ON p.source_id = s.id
           WHERE s.dataset_id = ? GROUP BY s.id ORDER BY s.id`,
        )
        .all(dataset)
        .map((stored) => ({ ...stored, name: basename(stored.path), isCopied: stored.isCopied === 1 })),
    );
  }

  /** The source of a path, which is noted if need be. */
  addSource(dataset: number, path: string, isCopied: boolean): number {
    return this.#database.write(() => {
      requireDataset(this.#database, dataset);
      this.#database
        .prepare<unknown[]>(
          'INSERT INTO sources (dataset_id, path, is_copied) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
        )
        .run(dataset, path, isCopied ? 1 : 0);
      return this.#database
        .prepare<[number, string], number>('SELECT id FROM sources WHERE dataset_id = ? AND path = ?')
        .pluck()
        .get(dataset, path)!;
    });
  }

  /** Forgets sources of which nothing is left, since all of it was found elsewhere; but for those that are in use. */
  forgetEmptySources(dataset: number, inUse: readonly number[]): void {
    this.#database.write(() =>
      this.#database
        .prepare<unknown[]>(
          `DELETE FROM sources WHERE dataset_id = ? AND id NOT IN (SELECT value FROM json_each(?))
             AND NOT EXISTS (SELECT 1 FROM pictures WHERE source_id = sources.id)
             AND NOT EXISTS (SELECT 1 FROM unreadable WHERE source_id = sources.id)`,
        )
        .run(dataset, JSON.stringify(inUse)),
    );
  }

  unreadable(
    dataset: number,
    page: { offset: number; limit: number },
  ): { unreadable: UnreadableFile[]; total: number } {
    const from = 'FROM unreadable u JOIN sources s ON s.id = u.source_id WHERE s.dataset_id = @dataset';
    type Stored = { source: number; path: string; error: string };
    return this.#database.read(() => ({
      unreadable: this.#database
        .prepare<[unknown], Stored>(
          `SELECT u.source_id AS source, u.path, u.error ${from} ORDER BY u.source_id, u.path LIMIT @limit OFFSET @offset`,
        )
        .all({ dataset, ...page })
        .map((stored) => ({ ...stored, error: JSON.parse(stored.error) as Failure })),
      total: this.#database.prepare<[unknown], number>(`SELECT count(*) ${from}`).pluck().get({ dataset })!,
    }));
  }

  #summary(stored: StoredDataset): DatasetSummary {
    const rows = this.#database
      .prepare<[number], CountRow>(
        `SELECT ifnull(class, 'none') AS class, ifnull(plane, 'none') AS plane, is_quarantined AS isQuarantined,
           is_missing AS isMissing, count(*) AS pictures
         FROM pictures WHERE dataset_id = ? GROUP BY 1, 2, 3, 4`,
      )
      .all(stored.id);
    const zeros = <Name extends string>(names: readonly Name[]) =>
      Object.fromEntries([...names, 'none'].map((name) => [name, 0])) as Record<Name | 'none', number>;
    const counts: LabelCounts = { classes: zeros(tumourClasses), planes: zeros(planes) };
    const summary: DatasetSummary = { ...stored, pictures: 0, quarantined: 0, missing: 0, counts };
    for (const row of rows) {
      summary.missing += row.isMissing * row.pictures;
      if (row.isQuarantined === 1) summary.quarantined += row.pictures;
      else {
        summary.pictures += row.pictures;
        counts.classes[row.class] += row.pictures;
        counts.planes[row.plane] += row.pictures;
      }
    }
    return summary;
  }
}
