import type { Plane } from '../../../src-shared/domain/plane.ts';
import type { Database } from '../../storage/Database.ts';
import type { PicturePlace } from './PictureTable.ts';

/** A picture whose plane nobody suggests yet, and where it is. */
export type OpenPicture = PicturePlace & { id: number };

/** What the plane model says of pictures. */
export class PlaneSuggestions {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Pictures without a suggestion whose files are there, in the order of their files. */
  open(dataset: number): OpenPicture[] {
    return this.#database.read(() =>
      this.#database
        .prepare<[number], OpenPicture>(
          `SELECT p.id, s.path AS sourcePath, p.path, p.slice_index AS sliceIndex
           FROM pictures p JOIN sources s ON s.id = p.source_id
           WHERE p.dataset_id = ? AND p.suggested_plane IS NULL AND NOT p.is_missing
           ORDER BY p.source_id, p.path, p.slice_index`,
        )
        .all(dataset),
    );
  }

  /** Keeps what the model said; no step of the journal, since it changes no label. */
  keep(suggestions: readonly { id: number; plane: Plane; probability: number }[]): void {
    this.#database.write(() => {
      const statement = this.#database.prepare<unknown[]>(
        `UPDATE pictures SET suggested_plane = @plane, suggested_by = 'model',
           suggestion_probability = @probability WHERE id = @id`,
      );
      for (const suggestion of suggestions) statement.run(suggestion);
    });
  }
}
