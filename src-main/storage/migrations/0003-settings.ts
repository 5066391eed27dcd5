import type { Migration } from '../migrate.ts';

/** What the application remembers between sessions, as JSON by key. */
export const settings: Migration = {
  name: 'settings',
  sql: `
    CREATE TABLE settings (
      key TEXT PRIMARY KEY,
      value TEXT NOT NULL CHECK (json_valid(value))
    ) STRICT, WITHOUT ROWID;
  `,
};
