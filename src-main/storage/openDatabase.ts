import { existsSync } from 'node:fs';
import { mkdir, open, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type BetterSqlite3 from 'better-sqlite3';
import { UserError } from '../../src-shared/errors.ts';
import { Database } from './Database.ts';
import { loadSqlite } from './loadSqlite.ts';
import { migrate, type Migration } from './migrate.ts';
import { syncFolder } from './syncFolder.ts';
import { toStorageError } from './toStorageError.ts';

/** How long a statement waits for another process's write lock, which is held for milliseconds. */
const busyTimeoutMs = 5_000;

/** Bytes that a check at opening reads without anybody noticing. */
const quicklyChecked = 64 * 1024 * 1024;

/**
 * Opens a database, creating it where there is none, checks it and brings its schema up to date.
 *
 * Write-ahead log with `synchronous = FULL`: a commit returns after its log entry was synced, so nothing
 * committed is lost by a crash or a power cut. One process writes at a time; readers never wait. What is
 * created here is the user's alone (folder 0700, files 0600; SQLite gives log and index the same).
 *
 * @param file - path of the database; its folder is made if need be
 * @param migrations - every step of the schema, oldest first
 * @throws UserError 'store-unavailable', 'store-damaged', 'store-busy', 'store-from-newer-version',
 * 'disk-full' or 'component-missing'
 */
export async function openDatabase(file: string, migrations: readonly Migration[]): Promise<Database> {
  const Sqlite = await loadSqlite();
  const connect = () => new Sqlite(file, { timeout: busyTimeoutMs });
  let connection: BetterSqlite3.Database | undefined;
  try {
    const { isNew, wantsCheck } = await prepareFile(file);
    connection = connect();
    configure(connection);
    if (wantsCheck) check(connection);
    migrate(connection, migrations, connect);
    if (isNew) await syncFolder(dirname(file));
    return new Database(connection);
  } catch (error) {
    connection?.close();
    throw toStorageError(error);
  }
}

/**
 * Makes sure of a file that is ours alone.
 *
 * Checking reads every page, a second for 300 MB. A large database is checked only when its log is still
 * there, because whoever wrote last did not come to close it; damage that is not looked for here is
 * reported when it is read.
 */
async function prepareFile(file: string): Promise<{ isNew: boolean; wantsCheck: boolean }> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await (await open(file, 'a', 0o600)).close();
  const { size } = await stat(file);
  return { isNew: size === 0, wantsCheck: size > 0 && (size <= quicklyChecked || existsSync(`${file}-wal`)) };
}

function configure(connection: BetterSqlite3.Database): void {
  connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = FULL');
  // On macOS fsync(2) leaves data in the drive's cache; elsewhere this changes nothing.
  connection.pragma('fullfsync = ON');
  connection.pragma('checkpoint_fullfsync = ON');
  connection.pragma('foreign_keys = ON');
  // What is erased is overwritten in the file, and not only forgotten.
  connection.pragma('secure_delete = ON');
  connection.pragma('trusted_schema = OFF');
}

function check(connection: BetterSqlite3.Database): void {
  const verdict = connection.pragma('quick_check(1)', { simple: true });
  if (verdict !== 'ok') throw new UserError('store-damaged', { file: basename(connection.name) });
}
