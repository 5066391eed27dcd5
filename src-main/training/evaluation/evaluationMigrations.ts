import type { Migration } from '../../storage/migrate.ts';

/** Every step of the schema of `evaluations.db`, oldest first. A step that was released is never changed again. */
export const evaluationMigrations: readonly Migration[] = [
  {
    name: 'evaluations',
    sql: `
      CREATE TABLE evaluations (
        id TEXT PRIMARY KEY,
        created_at TEXT NOT NULL,
        folder TEXT NOT NULL,
        report TEXT NOT NULL CHECK (json_valid(report)),
        slices TEXT NOT NULL CHECK (json_valid(slices)),
        failures TEXT NOT NULL CHECK (json_valid(failures))
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX evaluations_by_time ON evaluations (created_at);
      CREATE TABLE label_reviews (
        evaluation TEXT NOT NULL REFERENCES evaluations (id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        review TEXT NOT NULL CHECK (json_valid(review)),
        reviewed_at TEXT NOT NULL,
        PRIMARY KEY (evaluation, position)
      ) STRICT, WITHOUT ROWID;
    `,
  },
  {
    name: 'run whose model was evaluated',
    sql: 'ALTER TABLE evaluations ADD COLUMN run TEXT;',
  },
];
