import type { SavedItem, SavedKind } from '../../../src-shared/domain/workspace.ts';
import { UserError } from '../../../src-shared/errors.ts';
import type { Database } from '../../storage/Database.ts';
import { requireDataset } from './requireDataset.ts';

type Stored = Omit<SavedItem, 'isLocked' | 'content'> & { isLocked: number; content: string };

const listedColumns =
  'id, kind, name, is_locked AS isLocked, created_at AS createdAt, changed_at AS changedAt';
const columns = `${listedColumns}, content`;

/** What is kept with a data set under a name: subsets, splits, augmentation presets. */
export class SavedItems {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** By name. Splits come without their content, which has a line for each picture: `find` has it. */
  list(dataset: number, kind: SavedKind): SavedItem[] {
    return this.#database.read(() =>
      this.#database
        .prepare<[number, string], Stored>(
          `SELECT ${listedColumns}, iif(kind = 'split', 'null', content) AS content
           FROM saved_items WHERE dataset_id = ? AND kind = ? ORDER BY name`,
        )
        .all(dataset, kind)
        .map(savedItem),
    );
  }

  /** @throws UserError 'saved-unknown' */
  find(dataset: number, kind: SavedKind, item: number): SavedItem {
    const stored = this.#database.read(() =>
      this.#database
        .prepare<[number, string, number], Stored>(
          `SELECT ${columns} FROM saved_items WHERE dataset_id = ? AND kind = ? AND id = ?`,
        )
        .get(dataset, kind, item),
    );
    if (stored === undefined) throw new UserError('saved-unknown');
    return savedItem(stored);
  }

  /** Saves under a name; the same name is overwritten. @throws UserError 'saved-locked' */
  save(dataset: number, { kind, name, content }: Pick<SavedItem, 'kind' | 'name' | 'content'>): SavedItem {
    return this.#database.write(() => {
      requireDataset(this.#database, dataset);
      const known = this.list(dataset, kind).find((item) => item.name === name);
      if (known?.isLocked) throw new UserError('saved-locked', { name });
      const stored = this.#database
        .prepare<[unknown], Stored>(
          `INSERT INTO saved_items (dataset_id, kind, name, content, created_at, changed_at)
           VALUES (@dataset, @kind, @name, @content, @now, @now)
           ON CONFLICT DO UPDATE SET content = excluded.content, changed_at = excluded.changed_at
           RETURNING ${columns}`,
        )
        .get({ dataset, kind, name, content: JSON.stringify(content), now: new Date().toISOString() });
      return savedItem(stored!);
    });
  }

  /** @throws UserError 'saved-unknown' */
  lock(dataset: number, item: number, isLocked: boolean): SavedItem {
    const stored = this.#database.write(() =>
      this.#database
        .prepare<[number, number, number], Stored>(
          `UPDATE saved_items SET is_locked = ? WHERE id = ? AND dataset_id = ? RETURNING ${columns}`,
        )
        .get(isLocked ? 1 : 0, item, dataset),
    );
    if (stored === undefined) throw new UserError('saved-unknown');
    return savedItem(stored);
  }

  /** @throws UserError 'saved-unknown', 'saved-locked' */
  remove(dataset: number, item: number): void {
    this.#database.write(() => {
      const found = this.#database
        .prepare<[number, number], { name: string; isLocked: number }>(
          'SELECT name, is_locked AS isLocked FROM saved_items WHERE id = ? AND dataset_id = ?',
        )
        .get(item, dataset);
      if (found === undefined) throw new UserError('saved-unknown');
      if (found.isLocked === 1) throw new UserError('saved-locked', { name: found.name });
      this.#database.prepare<unknown[]>('DELETE FROM saved_items WHERE id = ?').run(item);
    });
  }
}

function savedItem(stored: Stored): SavedItem {
  return { ...stored, isLocked: stored.isLocked === 1, content: JSON.parse(stored.content) as unknown };
}
