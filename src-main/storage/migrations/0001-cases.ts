import type { Migration } from '../migrate.ts';

/**
 * Patient → study → series → slice → analysis, and the search index over them; `docs/storage.md` explains
 * each table. Counters on `cases` are kept by the writer, so that listing never counts.
 */
export const cases: Migration = {
  name: 'cases',
  sql: `
    CREATE TABLE cases (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      identity TEXT NOT NULL UNIQUE,
      salt BLOB NOT NULL,
      mask TEXT NOT NULL UNIQUE,
      title TEXT NOT NULL,
      patient_name TEXT,
      patient_id TEXT,
      created_at TEXT NOT NULL,
      updated_at TEXT NOT NULL,
      study_count INTEGER NOT NULL DEFAULT 0,
      slice_count INTEGER NOT NULL DEFAULT 0,
      analysis_count INTEGER NOT NULL DEFAULT 0,
      last_class TEXT,
      thumbnail_slice_id INTEGER REFERENCES slices (id)
    ) STRICT;
    CREATE INDEX cases_by_update ON cases (updated_at DESC, id DESC);

    CREATE TABLE studies (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      case_id INTEGER NOT NULL REFERENCES cases (id),
      identity TEXT NOT NULL,
      study_date TEXT,
      study_description TEXT,
      UNIQUE (case_id, identity)
    ) STRICT;

    CREATE TABLE series (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      study_id INTEGER NOT NULL REFERENCES studies (id),
      identity TEXT NOT NULL,
      modality TEXT,
      series_description TEXT,
      series_number INTEGER,
      UNIQUE (study_id, identity)
    ) STRICT;

    CREATE TABLE slices (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      series_id INTEGER NOT NULL REFERENCES series (id),
      file_hash TEXT NOT NULL,
      frame INTEGER,
      volume_plane TEXT,
      header TEXT NOT NULL CHECK (json_valid(header)),
      sample_type TEXT NOT NULL,
      pixel_hash TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX slices_by_content ON slices (file_hash, ifnull(frame, -1), ifnull(volume_plane, ''));
    CREATE INDEX slices_by_series ON slices (series_id);
    CREATE INDEX slices_by_pixels ON slices (pixel_hash);

    CREATE TABLE analyses (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      slice_id INTEGER NOT NULL REFERENCES slices (id),
      created_at TEXT NOT NULL,
      class TEXT NOT NULL,
      probabilities TEXT NOT NULL CHECK (json_valid(probabilities)),
      class_set TEXT NOT NULL CHECK (json_valid(class_set)),
      plane TEXT,
      plane_source TEXT,
      plane_probability REAL,
      model TEXT NOT NULL,
      model_fingerprint TEXT NOT NULL,
      provider TEXT NOT NULL,
      guard_score REAL,
      guard_flagged INTEGER NOT NULL,
      elapsed_ms REAL NOT NULL,
      warnings TEXT NOT NULL CHECK (json_valid(warnings))
    ) STRICT;
    CREATE INDEX analyses_by_slice ON analyses (slice_id);

    CREATE TABLE heatmaps (
      analysis_id INTEGER PRIMARY KEY REFERENCES analyses (id),
      method TEXT NOT NULL,
      class TEXT NOT NULL,
      rows INTEGER NOT NULL,
      columns INTEGER NOT NULL,
      cells BLOB NOT NULL,
      maximum REAL NOT NULL,
      is_empty INTEGER NOT NULL,
      region TEXT NOT NULL CHECK (json_valid(region))
    ) STRICT;

    CREATE TABLE search_entries (
      id INTEGER PRIMARY KEY,
      case_id INTEGER NOT NULL REFERENCES cases (id)
    ) STRICT;
    CREATE VIRTUAL TABLE search USING fts5 (
      words,
      content = '',
      contentless_delete = 1,
      tokenize = "unicode61 remove_diacritics 2",
      prefix = '1 2 3'
    );
  `,
};
