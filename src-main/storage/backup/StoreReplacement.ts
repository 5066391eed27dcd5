import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type BetterSqlite3 from 'better-sqlite3';
import { UserError } from '../../../src-shared/errors.ts';
import { loadSqlite } from '../loadSqlite.ts';
import { syncFolder } from '../syncFolder.ts';
import { toStorageError } from '../toStorageError.ts';
import { writeDurably } from '../writeDurably.ts';

/**
 * Puts another store in the place of the one in a folder, by renaming, so that whoever is killed at any moment leaves
 * the old one, or the new one, or a half-way state that `finishReplacement` completes:
 *
 *     restore/new     the new store, while it is written and checked
 *     restore/ready   from here on the new store is to be used
 *     restore/old     the old store, until the new one was opened in its place
 *     restore/done    every file is in its place
 *     restore.lock    empty; locked while any of this is changed, and a killed process locks nothing
 */
export class StoreReplacement implements Disposable {
  readonly #folder: string;
  readonly #lock: BetterSqlite3.Database;

  private constructor(folder: string, lock: BetterSqlite3.Database) {
    this.#folder = folder;
    this.#lock = lock;
  }

  /** @returns null while another process replaces this store */
  static async begin(folder: string): Promise<StoreReplacement | null> {
    const Sqlite = await loadSqlite();
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const lock = new Sqlite(join(folder, 'restore.lock'), { timeout: 0 });
    try {
      lock.exec('BEGIN EXCLUSIVE');
      return new StoreReplacement(folder, lock);
    } catch (error) {
      lock.close();
      const translated = toStorageError(error);
      if (translated instanceof UserError && translated.code === 'store-busy') return null;
      throw translated;
    }
  }

  /** An empty folder to build the new store in. */
  async stage(): Promise<string> {
    await rm(this.#path(), { recursive: true, force: true });
    await mkdir(this.#path('new'), { recursive: true, mode: 0o700 });
    return this.#path('new');
  }

  get isReady(): boolean {
    return existsSync(this.#path('ready'));
  }

  /** The old store is not at its place any more, and is not to be deleted yet. */
  get isUnderWay(): boolean {
    return this.isReady || existsSync(this.#path('done'));
  }

  /**
   * Decides for what was staged; nobody may have the old store open.
   *
   * @throws UserError 'store-busy' when somebody has, or what syncing throws; the old store then stays
   */
  async decide(): Promise<void> {
    await this.#settleOldDatabase();
    for (const folder of await foldersUnder(this.#path('new'))) await syncFolder(folder);
    await writeDurably(this.#path('ready'), ['']);
  }

  /** Exchanges the files. What was done before a crash is not done again: then the new file is no longer there. */
  async exchange(): Promise<void> {
    await mkdir(this.#path('old'), { recursive: true, mode: 0o700 });
    if (existsSync(this.#path('new', 'cases.db'))) await this.#setAside(await this.#databaseCompanions());
    for (const name of ['cases.db', 'blobs']) {
      if (!existsSync(this.#path('new', name))) continue;
      await this.#setAside([name]);
      await rename(this.#path('new', name), join(this.#folder, name));
    }
    await syncFolder(this.#folder);
    await rename(this.#path('ready'), this.#path('done'));
    await syncFolder(this.#path());
  }

  /** Deletes the old store, or what a killed process left of a new one. */
  async clear(): Promise<void> {
    await rm(this.#path(), { recursive: true, force: true, maxRetries: 3 });
  }

  /** The file of the lock stays: whoever waits for it has it open. */
  [Symbol.dispose](): void {
    this.#lock.close();
  }

  /** Leaving the write-ahead log works only for the one connection there is, and brings all of it into one file. */
  async #settleOldDatabase(): Promise<void> {
    const file = join(this.#folder, 'cases.db');
    if (!existsSync(file)) return;
    const Sqlite = await loadSqlite();
    try {
      const connection = new Sqlite(file, { timeout: 1_000 });
      try {
        connection.pragma('journal_mode = DELETE');
      } finally {
        connection.close();
      }
    } catch (error) {
      const translated = toStorageError(error);
      // A damaged store may be replaced as it is: that is what backups are for.
      if (!(translated instanceof UserError && translated.code === 'store-damaged')) throw translated;
    }
  }

  /** The log, its index, and copies from before migrations: they belong to the old database. */
  async #databaseCompanions(): Promise<string[]> {
    return (await readdir(this.#folder)).filter((name) => /^cases\.db-|^cases\.db\.version-/.test(name));
  }

  async #setAside(names: readonly string[]): Promise<void> {
    for (const name of names) {
      const from = join(this.#folder, name);
      if (existsSync(from)) await rename(from, this.#path('old', name));
    }
  }

  #path(...names: string[]): string {
    return join(this.#folder, 'restore', ...names);
  }
}

/**
 * Completes an exchange that a crash cut short, before the store is opened.
 *
 * @throws UserError 'store-busy' while another process is at it
 */
export async function finishReplacement(folder: string): Promise<void> {
  if (!existsSync(join(folder, 'restore', 'ready'))) return;
  using replacement = await StoreReplacement.begin(folder);
  if (replacement === null) throw new UserError('store-busy');
  if (replacement.isReady) await replacement.exchange();
}

/** Deletes what a replacement left, after the store was opened; while another process is at it, nothing. */
export async function clearReplacement(folder: string): Promise<void> {
  if (!existsSync(join(folder, 'restore'))) return;
  using replacement = await StoreReplacement.begin(folder);
  if (replacement !== null && !replacement.isReady) await replacement.clear();
}

async function foldersUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return [
    ...entries.filter((entry) => entry.isDirectory()).map(({ parentPath, name }) => join(parentPath, name)),
    folder,
  ];
}
