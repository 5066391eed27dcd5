import type { Migration } from '../migrate.ts';

/**
 * Moves to and from the trash, and what was erased from it: ids of rows that the audit trail speaks of, and
 * pictures that are still to be removed. None of it says anything about anybody.
 */
export const trash: Migration = {
  name: 'trash',
  sql: `
    CREATE TABLE trash_moves (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      case_id INTEGER NOT NULL REFERENCES cases (id),
      direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
      happened_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX trash_moves_by_case ON trash_moves (case_id);

    CREATE TABLE erasures (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      erased_at TEXT NOT NULL,
      is_finished INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX unfinished_erasures ON erasures (id) WHERE NOT is_finished;
    CREATE TABLE erased_subjects (
      action TEXT NOT NULL,
      subject_id INTEGER NOT NULL,
      erasure_id INTEGER NOT NULL REFERENCES erasures (id),
      PRIMARY KEY (action, subject_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX erased_subjects_by_erasure ON erased_subjects (erasure_id);
    CREATE TABLE doomed_pictures (pixel_hash TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

    CREATE TRIGGER readings_are_not_removed BEFORE DELETE ON readings
    WHEN (SELECT trashed_at FROM cases WHERE id = OLD.case_id) IS NULL
    BEGIN SELECT raise(ABORT, 'readings go only with an erased patient'); END;
  `,
};
