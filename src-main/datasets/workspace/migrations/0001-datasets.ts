import type { Migration } from '../../../storage/migrate.ts';

/**
 * Data sets, their pictures with the labels of the moment, what every labeller said, and the journal of changes.
 *
 * What lists are filtered and sorted by is in `pictures`; what is read for one picture at a time lies beside it, so that
 * a walk over 100,000 rows stays short.
 */
export const datasets: Migration = {
  name: 'datasets',
  sql: `
    CREATE TABLE datasets (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL,
      created_at TEXT NOT NULL,
      changed_at TEXT NOT NULL,
      revision INTEGER NOT NULL DEFAULT 0
    ) STRICT;

    CREATE TABLE sources (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      dataset_id INTEGER NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
      path TEXT NOT NULL,
      is_copied INTEGER NOT NULL,
      visit INTEGER NOT NULL DEFAULT 0,
      imported_at TEXT,
      UNIQUE (dataset_id, path)
    ) STRICT;

    CREATE TABLE pictures (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      dataset_id INTEGER NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
      source_id INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
      path TEXT NOT NULL,
      frame INTEGER,
      slice_index INTEGER NOT NULL,
      stamp TEXT NOT NULL,
      visit INTEGER NOT NULL,
      added_at TEXT NOT NULL,
      file_hash TEXT NOT NULL,
      pixel_hash TEXT NOT NULL,
      rows INTEGER NOT NULL,
      columns INTEGER NOT NULL,
      brightness REAL NOT NULL,
      border REAL NOT NULL,
      patient_key TEXT,
      series_key TEXT,
      part TEXT CHECK (part IN ('training', 'testing')),
      class TEXT,
      class_origin TEXT,
      plane TEXT,
      plane_origin TEXT,
      suggested_plane TEXT,
      suggested_by TEXT,
      suggestion_probability REAL,
      is_quarantined INTEGER NOT NULL DEFAULT 0,
      is_missing INTEGER NOT NULL DEFAULT 0,
      UNIQUE (source_id, path, slice_index)
    ) STRICT;
    CREATE INDEX pictures_by_path ON pictures (dataset_id, path, slice_index);
    CREATE INDEX pictures_by_content ON pictures (dataset_id, file_hash);

    CREATE TABLE looks (
      picture_id INTEGER PRIMARY KEY REFERENCES pictures (id) ON DELETE CASCADE,
      look BLOB,
      thumbnail BLOB NOT NULL,
      preview BLOB NOT NULL
    ) STRICT;

    CREATE TABLE unreadable (
      source_id INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
      path TEXT NOT NULL,
      stamp TEXT NOT NULL,
      visit INTEGER NOT NULL,
      error TEXT NOT NULL CHECK (json_valid(error)),
      PRIMARY KEY (source_id, path)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE steps (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      dataset_id INTEGER NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
      text TEXT NOT NULL,
      who TEXT NOT NULL,
      at TEXT NOT NULL,
      pictures INTEGER NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('done', 'undone', 'dropped'))
    ) STRICT;
    CREATE INDEX steps_by_dataset ON steps (dataset_id, state, id);

    CREATE TABLE changes (
      step_id INTEGER NOT NULL REFERENCES steps (id) ON DELETE CASCADE,
      picture_id INTEGER NOT NULL REFERENCES pictures (id) ON DELETE CASCADE,
      field TEXT NOT NULL,
      before TEXT,
      before_origin TEXT,
      after TEXT,
      after_origin TEXT,
      is_own INTEGER NOT NULL,
      own_before TEXT,
      had_own INTEGER NOT NULL,
      PRIMARY KEY (step_id, picture_id, field)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX changes_by_picture ON changes (picture_id);

    CREATE TABLE opinions (
      picture_id INTEGER NOT NULL REFERENCES pictures (id) ON DELETE CASCADE,
      field TEXT NOT NULL,
      who TEXT NOT NULL,
      value TEXT,
      PRIMARY KEY (picture_id, field, who)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX opinions_by_labeller ON opinions (who, field);

    CREATE TABLE saved_items (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      dataset_id INTEGER NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
      kind TEXT NOT NULL,
      name TEXT NOT NULL,
      content TEXT NOT NULL CHECK (json_valid(content)),
      is_locked INTEGER NOT NULL DEFAULT 0,
      created_at TEXT NOT NULL,
      changed_at TEXT NOT NULL,
      UNIQUE (dataset_id, kind, name)
    ) STRICT;
  `,
};
