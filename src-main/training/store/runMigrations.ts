import type { Migration } from '../../storage/migrate.ts';

const runs: Migration = {
  name: 'runs',
  sql: `
    CREATE TABLE runs (
      id TEXT PRIMARY KEY,
      title TEXT NOT NULL,
      state TEXT NOT NULL CHECK (
        state IN ('queued', 'running', 'paused', 'interrupted', 'cancelled', 'failed', 'finished')
      ),
      -- Where a queued run stands; smaller ones come first.
      position REAL NOT NULL,
      created_at TEXT NOT NULL,
      ended_at TEXT,
      -- What was chosen, as JSON.
      wish TEXT NOT NULL CHECK (json_valid(wish)),
      result TEXT CHECK (json_valid(result)),
      failure TEXT CHECK (json_valid(failure))
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX runs_by_state ON runs (state, position);
  `,
};

/** Every step of the schema of `runs.db`, oldest first. A step that was released is never changed again. */
export const runMigrations: readonly Migration[] = [runs];
