import type { Migration } from '../migrate.ts';

/**
 * What readers concluded and when they were shown answers. Readings are never changed; they go only with their
 * patient, who has to be in the trash for that (`0006-trash`).
 */
export const readings: Migration = {
  name: 'readings',
  sql: `
    CREATE TABLE readings (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      case_id INTEGER NOT NULL REFERENCES cases (id),
      series_id INTEGER NOT NULL REFERENCES series (id),
      slice_id INTEGER NOT NULL REFERENCES slices (id),
      scope TEXT NOT NULL CHECK (scope IN ('slice', 'series')),
      subject_id INTEGER NOT NULL GENERATED ALWAYS AS (iif(scope = 'slice', slice_id, series_id)) VIRTUAL,
      reader TEXT NOT NULL,
      version INTEGER NOT NULL CHECK ((version = 1) = (corrects_id IS NULL)),
      corrects_id INTEGER UNIQUE REFERENCES readings (id),
      created_at TEXT NOT NULL,
      finding TEXT,
      rejected_class TEXT,
      other_finding TEXT NOT NULL,
      confidence TEXT,
      text TEXT NOT NULL,
      is_blinded INTEGER NOT NULL,
      is_withdrawn INTEGER NOT NULL
        CHECK (is_withdrawn + (finding IS NOT NULL) + (rejected_class IS NOT NULL) = 1),
      analysis_id INTEGER REFERENCES analyses (id),
      agreement TEXT
    ) STRICT;
    CREATE UNIQUE INDEX readings_by_version ON readings (scope, subject_id, reader, version);
    CREATE INDEX readings_by_case ON readings (case_id);
    CREATE INDEX readings_by_series ON readings (series_id, reader);
    CREATE INDEX readings_by_slice ON readings (slice_id);
    CREATE INDEX readings_by_analysis ON readings (analysis_id);
    CREATE INDEX readings_by_reader ON readings (reader, case_id);
    CREATE TRIGGER readings_are_not_changed BEFORE UPDATE ON readings
    BEGIN SELECT raise(ABORT, 'readings are corrected by new versions'); END;

    CREATE TABLE reveals (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      series_id INTEGER NOT NULL REFERENCES series (id),
      slice_id INTEGER REFERENCES slices (id),
      reader TEXT NOT NULL,
      revealed_at TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX reveals_once ON reveals (series_id, reader, ifnull(slice_id, 0));
    CREATE INDEX reveals_by_slice ON reveals (slice_id);

    ALTER TABLE slices ADD COLUMN newest_analysis_id INTEGER REFERENCES analyses (id);
    ALTER TABLE slices ADD COLUMN reading_id INTEGER REFERENCES readings (id);
    ALTER TABLE slices ADD COLUMN agreement TEXT;
    CREATE INDEX slices_by_newest_analysis ON slices (newest_analysis_id);
    CREATE INDEX slices_by_reading ON slices (reading_id);
    UPDATE slices SET newest_analysis_id = (SELECT max(id) FROM analyses WHERE slice_id = slices.id);
  `,
};
