/** Where the two databases differ. */
export interface SchemaDialect {
  /** A double. */
  number: string;
  /** Behind every table. */
  suffix: string;
}

/**
 * The tables of the jobs, oldest statement first.
 *
 * A slice is one row for each content and model set, whoever submitted it and how often: that is what makes duplicates
 * count once. `members` says which submissions want it.
 */
export function jobSchema({ number, suffix }: SchemaDialect): string[] {
  return [
    `CREATE TABLE submissions (
      id TEXT PRIMARY KEY, created_at ${number} NOT NULL, is_complete ${number} NOT NULL,
      model TEXT NOT NULL, model_set TEXT NOT NULL, provider TEXT NOT NULL, priority ${number} NOT NULL
    ) ${suffix}`,
    `CREATE TABLE chunks (
      id TEXT PRIMARY KEY, submission TEXT NOT NULL REFERENCES submissions (id), priority ${number} NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('waiting', 'active', 'done', 'dead', 'cancelled')),
      attempts ${number} NOT NULL, due_at ${number} NOT NULL, worker TEXT, slices ${number} NOT NULL,
      created_at ${number} NOT NULL, ended_at ${number}
    ) ${suffix}`,
    'CREATE INDEX chunks_by_state ON chunks (state, priority DESC, created_at)',
    'CREATE INDEX chunks_by_end ON chunks (ended_at)',
    `CREATE TABLE slices (
      content_key TEXT NOT NULL, model_set TEXT NOT NULL, chunk TEXT NOT NULL, path TEXT NOT NULL,
      frame ${number}, file_hash TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('waiting', 'answered', 'dead', 'cancelled')),
      answer TEXT, failure TEXT, ended_at ${number},
      PRIMARY KEY (content_key, model_set)
    ) ${suffix}`,
    'CREATE INDEX slices_by_chunk ON slices (chunk)',
    `CREATE TABLE members (
      submission TEXT NOT NULL REFERENCES submissions (id), content_key TEXT NOT NULL, path TEXT NOT NULL,
      frame ${number},
      PRIMARY KEY (submission, content_key)
    ) ${suffix}`,
    `CREATE TABLE unreadable (
      submission TEXT NOT NULL REFERENCES submissions (id), path TEXT NOT NULL, failure TEXT NOT NULL,
      at ${number} NOT NULL,
      PRIMARY KEY (submission, path)
    ) ${suffix}`,
    `CREATE TABLE workers (
      id TEXT PRIMARY KEY, host TEXT NOT NULL, pid ${number} NOT NULL, started_at ${number} NOT NULL,
      heartbeat_at ${number} NOT NULL, resident_mb ${number} NOT NULL
    ) ${suffix}`,
  ];
}

/** What later versions added, each statement by its name. */
export const jobAdditions = {
  chunks_by_worker: `CREATE INDEX chunks_by_worker ON chunks (worker) WHERE state = 'active'`,
} as const;
