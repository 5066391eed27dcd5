import type { Migration } from '../../storage/migrate.ts';

/** Every step of the schema of `models.db`, oldest first. A step that was released is never changed again. */
export const registryMigrations: readonly Migration[] = [
  {
    name: 'models',
    sql: `
      CREATE TABLE models (
        name TEXT PRIMARY KEY,
        fingerprint TEXT NOT NULL,
        source TEXT NOT NULL,
        added_at TEXT NOT NULL,
        is_archived INTEGER NOT NULL DEFAULT 0 CHECK (is_archived IN (0, 1))
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE activations (
        id INTEGER PRIMARY KEY,
        slot TEXT NOT NULL,
        model TEXT,
        activated_at TEXT NOT NULL
      ) STRICT;
      CREATE INDEX activations_by_slot ON activations (slot, id);
    `,
  },
];
