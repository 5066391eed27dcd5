import type { Migration } from '../../../storage/migrate.ts';

/** What a model finds in each picture, shortened by `makeProjection`, and the map that was made of all. */
export const features: Migration = {
  name: 'features',
  sql: `
    CREATE TABLE features (
      picture_id INTEGER PRIMARY KEY REFERENCES pictures (id) ON DELETE CASCADE,
      file_hash TEXT NOT NULL,
      fingerprint TEXT NOT NULL,
      answer TEXT NOT NULL,
      vector BLOB NOT NULL
    ) STRICT;

    CREATE TABLE maps (
      dataset_id INTEGER PRIMARY KEY REFERENCES datasets (id) ON DELETE CASCADE,
      model TEXT NOT NULL,
      seed INTEGER NOT NULL,
      computed_at TEXT NOT NULL,
      ids BLOB NOT NULL,
      places BLOB NOT NULL
    ) STRICT;
  `,
};
