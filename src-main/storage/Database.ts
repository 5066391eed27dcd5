import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type BetterSqlite3 from 'better-sqlite3';
import { UserError } from '../../src-shared/errors.ts';
import { toStorageError } from './toStorageError.ts';

export type Statement<Parameters extends unknown[], Row> = BetterSqlite3.Statement<Parameters, Row>;

/**
 * One connection to an opened database. Statements run inside `read` or `write` only, which give them
 * one snapshot and translate SQLite's errors into ours.
 */
export class Database {
  readonly #connection: BetterSqlite3.Database;

  constructor(connection: BetterSqlite3.Database) {
    this.#connection = connection;
  }

  /** A statement to keep and run many times. */
  prepare<Parameters extends unknown[] = [], Row = unknown>(source: string): Statement<Parameters, Row> {
    return this.#connection.prepare<Parameters, Row>(source);
  }

  /** Runs statements that see one unchanging state of the database. @throws UserError */
  read<Result>(work: () => Result): Result {
    return this.#run(() => this.#connection.transaction(work).deferred());
  }

  /**
   * Runs statements as the only writer. All of them happen or none; once this returns they are on the disk.
   * The write lock is taken at the start, so that waiting for another process happens before any work.
   *
   * @throws UserError 'store-busy', 'disk-full', 'store-damaged' or 'store-unavailable'
   */
  write<Result>(work: () => Result): Result {
    return this.#run(() => this.#connection.transaction(work).immediate());
  }

  /** Another text whenever anything in the database has changed, by this connection or another one. @throws UserError */
  version(): string {
    return this.#run(() => {
      const own = this.#connection.prepare<[], number>('SELECT total_changes()').pluck().get();
      return `${String(this.#connection.pragma('data_version', { simple: true }))} ${own}`;
    });
  }

  /**
   * Removes what earlier states of the database left on the disk: the write-ahead log's pages, as far as no other reader
   * still needs them, and the copies made before migrations.
   */
  async forgetEarlierStates(): Promise<void> {
    this.#run(() => this.#connection.pragma('wal_checkpoint(TRUNCATE)'));
    const file = this.#connection.name;
    const names = await readdir(dirname(file));
    const copies = names.filter((name) => name.startsWith(`${basename(file)}.version-`));
    await Promise.all(copies.map((name) => rm(join(dirname(file), name), { force: true })));
  }

  close(): void {
    this.#connection.close();
  }

  #run<Result>(transaction: () => Result): Result {
    if (!this.#connection.open) throw new UserError('store-unavailable');
    try {
      return transaction();
    } catch (error) {
      throw toStorageError(error);
    }
  }
}
