import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type BetterSqlite3 from 'better-sqlite3';
import { throwIfCancelled, UserError, type CancelSignal } from '../../../src-shared/errors.ts';
import { loadSqlite } from '../loadSqlite.ts';
import { toStorageError } from '../toStorageError.ts';

/** 4 MiB of the usual pages: a few milliseconds, between which everything else goes on. */
const pagesAtOnce = 1024;

/**
 * One unchanging state of a store's database, while others write to it. A connection of its own holds a read
 * transaction; SQLite's online backup copies through that same connection, so the copy is of this state and never
 * begins anew when somebody commits (https://sqlite.org/c3ref/backup_finish.html).
 */
export class StoreSnapshot implements Disposable {
  readonly #connection: BetterSqlite3.Database;

  private constructor(connection: BetterSqlite3.Database) {
    this.#connection = connection;
  }

  /** @throws UserError 'store-unavailable' where there is no store, 'store-damaged', 'component-missing' */
  static async take(storeFolder: string): Promise<StoreSnapshot> {
    const Sqlite = await loadSqlite();
    const file = join(storeFolder, 'cases.db');
    if (!existsSync(file)) throw new UserError('store-unavailable');
    try {
      const connection = new Sqlite(file, { fileMustExist: true, timeout: 5_000 });
      connection.exec('BEGIN');
      // A transaction has its state from its first read on.
      connection.prepare('SELECT count(*) FROM sqlite_schema').get();
      return new StoreSnapshot(connection);
    } catch (error) {
      throw toStorageError(error);
    }
  }

  /** What the state holds. @throws UserError 'store-unavailable' for a database that is no store */
  describe(): { storeVersion: number; cases: number; analyses: number; pictures: string[] } {
    const storeVersion = this.#connection.pragma('user_version', { simple: true }) as number;
    if (storeVersion === 0) throw new UserError('store-unavailable');
    const numberOf = (source: string): number => this.#connection.prepare(source).pluck().get() as number;
    const hashes = this.#connection.prepare('SELECT DISTINCT pixel_hash FROM slices ORDER BY pixel_hash');
    return {
      storeVersion,
      cases: numberOf('SELECT count(*) FROM cases'),
      analyses: numberOf('SELECT count(*) FROM analyses'),
      pictures: hashes.pluck().all() as string[],
    };
  }

  /** Copies the state into a new file. @throws UserError 'disk-full', 'store-damaged', 'cancelled' */
  async copyTo(file: string, signal: CancelSignal | undefined): Promise<void> {
    // SQLite accepts an empty file as the target, and so keeps the permissions that we give it.
    await (await open(file, 'w', 0o600)).close();
    try {
      await this.#connection.backup(file, {
        progress: () => {
          throwIfCancelled(signal);
          return pagesAtOnce;
        },
      });
    } catch (error) {
      throw toStorageError(error);
    }
  }

  [Symbol.dispose](): void {
    this.#connection.close();
  }
}
