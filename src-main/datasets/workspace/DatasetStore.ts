import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetDetail } from '../../../src-shared/domain/workspace.ts';
import type { Database } from '../../storage/Database.ts';
import { openDatabase } from '../../storage/openDatabase.ts';
import { DatasetTable } from './DatasetTable.ts';
import { LabelJournal } from './LabelJournal.ts';
import { datasetMigrations } from './migrations.ts';
import { PictureIntake } from './PictureIntake.ts';
import { PictureTable } from './PictureTable.ts';
import { PlaneSuggestions } from './PlaneSuggestions.ts';
import { SavedItems } from './SavedItems.ts';

/**
 * The workspace of data sets: `datasets.db` beside the case store, and `datasets/<id>/` with the files that were copied
 * into it.
 */
export class DatasetStore {
  readonly sets: DatasetTable;
  readonly pictures: PictureTable;
  readonly journal: LabelJournal;
  readonly suggestions: PlaneSuggestions;
  readonly saved: SavedItems;
  /** For what a feature keeps in tables of its own, by steps of its own in `datasetMigrations`. */
  readonly database: Database;
  readonly #folder: string;

  private constructor(database: Database, folder: string) {
    this.database = database;
    this.#folder = folder;
    this.sets = new DatasetTable(database);
    this.pictures = new PictureTable(database);
    this.journal = new LabelJournal(database);
    this.suggestions = new PlaneSuggestions(database);
    this.saved = new SavedItems(database);
  }

  /** Opens the workspace of a user-data folder, creating it where there is none. @throws UserError 'store-…', 'disk-full' */
  static async open(folder: string): Promise<DatasetStore> {
    return new DatasetStore(await openDatabase(join(folder, 'datasets.db'), datasetMigrations), folder);
  }

  /** @throws UserError 'dataset-unknown' */
  describe(dataset: number): DatasetDetail {
    const summary = this.sets.find(dataset);
    return {
      ...summary,
      sources: this.sets.sources(dataset).map(({ path: _, ...source }) => source),
      unreadable: this.sets.unreadable(dataset, { offset: 0, limit: 1 }).total,
      journal: this.journal.state(dataset),
      labellers: this.journal.labellers(dataset),
    };
  }

  /** Begins a visit of a source. */
  intake(dataset: number, source: number): PictureIntake {
    return new PictureIntake(this.database, dataset, source);
  }

  /** Where files of a data set are copied to. */
  copiesOf(dataset: number): string {
    return join(this.#folder, 'datasets', String(dataset));
  }

  /** Forgets a data set, and removes what was copied for it. */
  async remove(dataset: number): Promise<void> {
    this.sets.remove(dataset);
    await rm(this.copiesOf(dataset), { recursive: true, force: true });
  }

  close(): void {
    this.database.close();
  }
}
