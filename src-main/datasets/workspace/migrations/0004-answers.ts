import type { Migration } from '../../../storage/migrate.ts';

/** What models that were not trained on a picture say of its class: float32 probabilities in the order of `tumourClasses`. */
export const answers: Migration = {
  name: 'answers',
  sql: `
    CREATE TABLE answers (
      picture_id INTEGER NOT NULL REFERENCES pictures (id) ON DELETE CASCADE,
      fingerprint TEXT NOT NULL,
      model TEXT NOT NULL,
      file_hash TEXT NOT NULL,
      probabilities BLOB NOT NULL,
      PRIMARY KEY (picture_id, fingerprint)
    ) STRICT, WITHOUT ROWID;
  `,
};
