import type { Migration } from '../storage/migrate.ts';

/** Every step of the schema of `receiving.db`, oldest first. A step that was released is never changed again. */
export const arrivalMigrations: readonly Migration[] = [
  {
    name: 'days, and series that wait',
    sql: `
      CREATE TABLE days (
        day TEXT PRIMARY KEY,
        received INTEGER NOT NULL DEFAULT 0,
        analysed INTEGER NOT NULL DEFAULT 0,
        remaining INTEGER NOT NULL DEFAULT 0,
        failed INTEGER NOT NULL DEFAULT 0
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE waiting (
        folder TEXT PRIMARY KEY,
        series_instance_uid TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
    `,
  },
];
