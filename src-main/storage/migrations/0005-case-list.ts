import { foldText } from '../../../src-shared/foldText.ts';
import type { Migration } from '../migrate.ts';

/** What the case list shows, sorts and filters by, kept by the writers so that listing never counts. */
export const caseList: Migration = {
  name: 'case-list',
  functions: { fold: foldText },
  sql: `
    ALTER TABLE cases ADD COLUMN trashed_at TEXT;
    ALTER TABLE cases ADD COLUMN sort_name TEXT NOT NULL DEFAULT '';
    ALTER TABLE cases ADD COLUMN folded_patient TEXT NOT NULL DEFAULT '';
    ALTER TABLE cases ADD COLUMN glioma_slices INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE cases ADD COLUMN meningioma_slices INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE cases ADD COLUMN no_tumor_slices INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE cases ADD COLUMN pituitary_slices INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE cases ADD COLUMN leading_class INTEGER GENERATED ALWAYS AS (
      CASE max(glioma_slices, meningioma_slices, no_tumor_slices, pituitary_slices)
        WHEN 0 THEN 4 WHEN glioma_slices THEN 0 WHEN meningioma_slices THEN 1 WHEN no_tumor_slices THEN 2 ELSE 3
      END
    ) VIRTUAL;
    ALTER TABLE cases ADD COLUMN agreeing_slices INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE cases ADD COLUMN disagreeing_slices INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE cases ADD COLUMN latest_reading_id INTEGER REFERENCES readings (id);

    UPDATE cases SET
      sort_name = fold(title), folded_patient = fold(concat_ws(' ', patient_name, patient_id));
    WITH counts AS (
      SELECT case_id,
        sum(class = 'glioma_tumor') AS glioma, sum(class = 'meningioma_tumor') AS meningioma,
        sum(class = 'no_tumor') AS no_tumor, sum(class = 'pituitary_tumor') AS pituitary
      FROM slices JOIN analyses ON analyses.id = newest_analysis_id
      JOIN series ON series.id = series_id JOIN studies ON studies.id = study_id
      GROUP BY case_id
    )
    UPDATE cases SET glioma_slices = glioma, meningioma_slices = meningioma, no_tumor_slices = no_tumor,
      pituitary_slices = pituitary
    FROM counts WHERE case_id = cases.id;

    CREATE TABLE case_models (
      case_id INTEGER NOT NULL REFERENCES cases (id),
      model TEXT NOT NULL,
      PRIMARY KEY (model, case_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX case_models_by_case ON case_models (case_id);
    INSERT INTO case_models (case_id, model)
      SELECT DISTINCT case_id, model FROM analyses
      JOIN slices ON slices.id = slice_id JOIN series ON series.id = series_id JOIN studies ON studies.id = study_id;

    DROP INDEX cases_by_update;
    CREATE INDEX shown_by_update ON cases (updated_at, id) WHERE trashed_at IS NULL;
    CREATE INDEX shown_by_creation ON cases (created_at, id) WHERE trashed_at IS NULL;
    CREATE INDEX shown_by_name ON cases (sort_name, id) WHERE trashed_at IS NULL;
    CREATE INDEX shown_by_class ON cases (leading_class, id) WHERE trashed_at IS NULL;
    CREATE INDEX shown_by_slices ON cases (slice_count, id) WHERE trashed_at IS NULL;
    CREATE INDEX cases_in_trash ON cases (trashed_at) WHERE trashed_at IS NOT NULL;
    CREATE INDEX cases_by_thumbnail ON cases (thumbnail_slice_id);
    CREATE INDEX cases_by_reading ON cases (latest_reading_id);
    CREATE INDEX studies_by_date ON studies (study_date, case_id);
    CREATE INDEX analyses_by_time ON analyses (created_at);
    CREATE INDEX search_entries_by_case ON search_entries (case_id);
  `,
};
