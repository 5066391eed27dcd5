import type { Migration } from '../migrate.ts';

/**
 * What readers measured: each row is all that a slice carried at one time, and is never changed. Rows go only with
 * their patient, as readings do.
 */
export const measurements: Migration = {
  name: 'measurements',
  sql: `
    CREATE TABLE measurements (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      case_id INTEGER NOT NULL REFERENCES cases (id),
      slice_id INTEGER NOT NULL REFERENCES slices (id),
      version INTEGER NOT NULL CHECK (version >= 1),
      created_at TEXT NOT NULL,
      reader TEXT NOT NULL,
      marks TEXT NOT NULL CHECK (json_valid(marks)),
      UNIQUE (slice_id, version)
    ) STRICT;
    CREATE INDEX measurements_by_case ON measurements (case_id);
    CREATE TRIGGER measurements_are_not_changed BEFORE UPDATE ON measurements
    BEGIN SELECT raise(ABORT, 'measurements are changed by new versions'); END;
    CREATE TRIGGER measurements_are_not_removed BEFORE DELETE ON measurements
    WHEN (SELECT trashed_at FROM cases WHERE id = OLD.case_id) IS NULL
    BEGIN SELECT raise(ABORT, 'measurements go only with an erased patient'); END;
  `,
};
