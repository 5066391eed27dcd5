import type { Migration } from '../../../storage/migrate.ts';

/** What hygiene found by comparing all pictures, and what a guard said of each. Both can be computed anew. */
export const hygiene: Migration = {
  name: 'hygiene',
  sql: `
    CREATE TABLE comparisons (
      dataset_id INTEGER PRIMARY KEY REFERENCES datasets (id) ON DELETE CASCADE,
      grouping_version INTEGER NOT NULL,
      content TEXT NOT NULL CHECK (json_valid(content))
    ) STRICT;

    CREATE TABLE examinations (
      picture_id INTEGER PRIMARY KEY REFERENCES pictures (id) ON DELETE CASCADE,
      file_hash TEXT NOT NULL,
      had_plane INTEGER NOT NULL,
      score REAL,
      is_flagged INTEGER NOT NULL,
      reason TEXT
    ) STRICT;
    CREATE INDEX examinations_by_flag ON examinations (is_flagged);
  `,
};
