import { openSync, closeSync, rmSync, fsyncSync } from 'node:fs';
import type BetterSqlite3 from 'better-sqlite3';
import { UserError } from '../../src-shared/errors.ts';

/** One step of the schema. Its number is its place in the list, counted from 1. */
export interface Migration {
  name: string;
  sql: string;
  /** SQL functions that this step calls, by name. */
  functions?: Record<string, (text: string) => string>;
}

/**
 * Brings a database from its `user_version` to the newest one. All steps are one transaction: a crash
 * leaves the old schema, never something between. A database that already holds a schema is copied first,
 * to `<file>.version-N`, while the write lock keeps everybody else from changing it.
 *
 * @param open - opens another connection to the same file
 * @throws UserError 'store-from-newer-version' when the database knows steps that we do not
 */
export function migrate(
  connection: BetterSqlite3.Database,
  migrations: readonly Migration[],
  open: () => BetterSqlite3.Database,
): void {
  if (versionOf(connection) === migrations.length) return;
  const steps = connection.transaction(() => {
    // Read again under the lock: another process may have migrated since.
    const found = versionOf(connection);
    if (found > migrations.length) {
      throw new UserError('store-from-newer-version', { found, known: migrations.length });
    }
    if (found > 0) copyDatabase(open, `${connection.name}.version-${found}`);
    for (const { sql, functions = {} } of migrations.slice(found)) {
      for (const [name, run] of Object.entries(functions)) connection.function(name, run);
      connection.exec(sql);
    }
    connection.pragma(`user_version = ${migrations.length}`);
  });
  steps.immediate();
}

function versionOf(connection: BetterSqlite3.Database): number {
  return connection.pragma('user_version', { simple: true }) as number;
}

/** `VACUUM INTO` copies one consistent state, including what is still in the write-ahead log. */
function copyDatabase(open: () => BetterSqlite3.Database, target: string): void {
  rmSync(target, { force: true });
  // SQLite accepts an empty file as the target, and so keeps the permissions that we give it.
  closeSync(openSync(target, 'wx', 0o600));
  const reader = open();
  try {
    reader.prepare('VACUUM INTO ?').run(target);
  } finally {
    reader.close();
  }
  const copy = openSync(target, 'r+');
  fsyncSync(copy);
  closeSync(copy);
}
