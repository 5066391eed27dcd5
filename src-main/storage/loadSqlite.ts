import type BetterSqlite3 from 'better-sqlite3';
import { UserError } from '../../src-shared/errors.ts';

/** The first Node whose Node-API the binary can live with; older ones crash while loading it. */
const oldestNode = 22;

/**
 * The constructor of SQLite connections.
 *
 * The package is JavaScript around a native library, and either may be missing: the first where an optional
 * part was left out, the second where the package was installed for another platform. A connection to
 * memory is opened and closed to find out.
 *
 * @throws UserError 'component-missing' with one sentence on what to do
 */
export async function loadSqlite(): Promise<typeof BetterSqlite3> {
  const node = Number.parseInt(process.versions.node);
  if (node < oldestNode) throw missing(`It needs Node ${oldestNode} or newer; this is Node ${node}.`);
  try {
    const { default: Sqlite } = await import('better-sqlite3');
    new Sqlite(':memory:').close();
    return Sqlite;
  } catch (cause) {
    throw missing(`There is no copy for ${process.platform} on ${process.arch}; run “npm ci” again.`, cause);
  }
}

function missing(reason: string, cause?: unknown): UserError {
  return new UserError('component-missing', { component: 'SQLite (better-sqlite3)', reason }, { cause });
}
