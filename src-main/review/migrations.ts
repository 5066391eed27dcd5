import type { Migration } from '../storage/migrate.ts';

const review: Migration = {
  name: 'review',
  sql: `
    CREATE TABLE verdicts (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      picture TEXT NOT NULL,
      model TEXT NOT NULL,
      model_fingerprint TEXT NOT NULL,
      method TEXT NOT NULL,
      class TEXT NOT NULL,
      verdict TEXT NOT NULL CHECK (verdict IN ('tumour', 'elsewhere', 'unclear')),
      note TEXT NOT NULL,
      tags TEXT NOT NULL CHECK (json_valid(tags)),
      reviewer TEXT NOT NULL,
      recorded_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX verdicts_by_map ON verdicts (picture, model_fingerprint, method, class, reviewer, id);

    CREATE TABLE outlines (
      picture TEXT NOT NULL,
      version INTEGER NOT NULL,
      polygon TEXT NOT NULL CHECK (json_valid(polygon)),
      row_count INTEGER NOT NULL,
      column_count INTEGER NOT NULL,
      author TEXT NOT NULL,
      drawn_at TEXT NOT NULL,
      PRIMARY KEY (picture, version)
    ) STRICT, WITHOUT ROWID;
  `,
};

/** An outline may have several lines, and come from a mask; a region says where a class's tumours are expected. */
const ringsAndRegions: Migration = {
  name: 'rings-and-regions',
  sql: `
    ALTER TABLE outlines RENAME COLUMN polygon TO rings;
    UPDATE outlines SET rings = json_array(json(rings)) WHERE rings <> '[]';
    ALTER TABLE outlines ADD COLUMN origin TEXT NOT NULL DEFAULT 'drawn' CHECK (origin IN ('drawn', 'imported'));

    CREATE TABLE regions (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      class TEXT NOT NULL,
      plane TEXT NOT NULL,
      name TEXT NOT NULL,
      polygon TEXT NOT NULL CHECK (json_valid(polygon)),
      is_mirrored INTEGER NOT NULL CHECK (is_mirrored IN (0, 1)),
      author TEXT NOT NULL,
      drawn_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX regions_by_name ON regions (class, plane, name, id);
  `,
};

/** Heatmaps that were made once; what is newest has the largest id. */
const maps: Migration = {
  name: 'maps',
  sql: `
    CREATE TABLE maps (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      picture TEXT NOT NULL,
      model_fingerprint TEXT NOT NULL,
      method TEXT NOT NULL,
      class TEXT NOT NULL,
      version INTEGER NOT NULL,
      explained TEXT NOT NULL,
      logit_count INTEGER NOT NULL,
      row_count INTEGER NOT NULL,
      column_count INTEGER NOT NULL,
      blob TEXT NOT NULL,
      UNIQUE (picture, model_fingerprint, method, class)
    ) STRICT;
    CREATE INDEX maps_by_blob ON maps (blob);
  `,
};

/** Every step of the schema of `review.db`, oldest first. A step that was released is never changed again. */
export const reviewMigrations: readonly Migration[] = [review, ringsAndRegions, maps];
