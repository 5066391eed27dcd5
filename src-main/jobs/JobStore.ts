import type { ChunkState, SliceReference } from '../../src-shared/domain/jobs.ts';
import type { Failure } from '../../src-shared/errors.ts';
import { statement, type Sql, type SqlRow, type SqlStatement, type SqlValue } from './Sql.ts';

/** What a submission asks for. */
export interface SubmissionWish {
  /** 'auto', a model's name, or a folder. */
  model: string;
  /** Fingerprint of the set of models that has a say. */
  modelSet: string;
  provider: string;
  priority: number;
}

/** A chunk that a worker has taken. */
export interface ClaimedChunk extends SubmissionWish {
  id: string;
  submission: string;
  worker: string;
  /** How often it was taken, this time included. */
  attempts: number;
}

/** What became of a slice: an answer as JSON, or the failure that ended it. */
export interface SettledSlice {
  contentKey: string;
  outcome: { ok: true; answer: object } | { ok: false; error: Failure };
}

/** A worker that tells that it lives. */
export interface WorkerSign {
  id: string;
  host: string;
  pid: number;
  startedAt: number;
  residentMb: number;
}

/** A worker that was not heard of for so long has lost its chunks. */
export const leaseMs = 15_000;

/**
 * The truth about the jobs: submissions, chunks, slices and their answers. A queue only carries chunks to workers; what
 * it loses or delivers twice changes nothing here. Every method may be repeated after a lost connection.
 */
export class JobStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  async openSubmission(id: string, { model, modelSet, provider, priority }: SubmissionWish): Promise<void> {
    await this.#run(
      statement(
        `INSERT INTO submissions (id, created_at, is_complete, model, model_set, provider, priority)
         VALUES ($1, $2, 0, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING`,
        ...[id, Date.now(), model, modelSet, provider, priority],
      ),
    );
  }

  /**
   * Adds a chunk with those of the slices that nobody has answered and nobody waits for; given-up ones get another
   * chance. Nothing is added where none is left.
   *
   * @param slices - at most `chunkSize`
   * @returns how many slices are new in this chunk; once this returns they are sure to be answered or given up
   */
  async addChunk(
    submission: string,
    chunk: string,
    wish: SubmissionWish,
    slices: readonly SliceReference[],
  ): Promise<number> {
    // One order for all, so that two who submit the same never wait for each other in a circle.
    const unique = [...new Map(slices.map((slice) => [slice.contentKey, slice])).values()].sort((a, b) =>
      a.contentKey < b.contentKey ? -1 : 1,
    );
    if (unique.length === 0) return 0;
    const rows = unique.map(({ contentKey, path, frame, fileHash }) => [
      ...[contentKey, wish.modelSet, chunk, path, frame, fileHash, 'waiting'],
    ]);
    const members = unique.map(({ contentKey, path, frame }) => [submission, contentKey, path, frame]);
    const results = await this.#sql.atomically([
      statement(
        `INSERT INTO chunks (id, submission, priority, state, attempts, due_at, slices, created_at)
         VALUES ($1, $2, $3, 'waiting', 0, 0, 0, $4) ON CONFLICT (id) DO NOTHING`,
        ...[chunk, submission, wish.priority, Date.now()],
      ),
      insertRows(
        'INSERT INTO slices (content_key, model_set, chunk, path, frame, file_hash, state) VALUES',
        rows,
        `ON CONFLICT (content_key, model_set) DO UPDATE SET chunk = excluded.chunk, path = excluded.path,
         frame = excluded.frame, file_hash = excluded.file_hash, state = 'waiting', failure = NULL, ended_at = NULL
         WHERE slices.state IN ('dead', 'cancelled')`,
      ),
      insertRows(
        'INSERT INTO members (submission, content_key, path, frame) VALUES',
        members,
        'ON CONFLICT (submission, content_key) DO NOTHING',
      ),
      statement(
        `UPDATE chunks SET slices = (SELECT count(*) FROM slices WHERE chunk = $1)
         WHERE id = $1 AND state = 'waiting'`,
        chunk,
      ),
      statement('DELETE FROM chunks WHERE id = $1 AND slices = 0', chunk),
      statement('SELECT count(*) AS added FROM slices WHERE chunk = $1', chunk),
    ]);
    return Number(results.at(-1)?.[0]?.['added']);
  }

  /** Notes a file that gave no slices. */
  async addUnreadable(submission: string, path: string, failure: Failure): Promise<void> {
    await this.#run(
      statement(
        `INSERT INTO unreadable (submission, path, failure, at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (submission, path) DO NOTHING`,
        ...[submission, path, JSON.stringify(failure), Date.now()],
      ),
    );
  }

  /** Notes that all pictures of a submission have been found. */
  async completeSubmission(id: string): Promise<void> {
    await this.#run(statement('UPDATE submissions SET is_complete = 1 WHERE id = $1', id));
  }

  /** The chunks to be taken next, most urgent first. */
  async nextWaiting(most: number): Promise<{ id: string; priority: number }[]> {
    const rows = await this.#run(
      statement(
        `SELECT id, priority FROM chunks WHERE state = 'waiting' AND due_at <= $1
         ORDER BY priority DESC, created_at, id LIMIT $2`,
        ...[Date.now(), most],
      ),
    );
    return rows.map(({ id, priority }) => ({ id: String(id), priority: Number(priority) }));
  }

  /**
   * Takes a chunk.
   *
   * @param takesActive - also from a worker that has it: the queue vouches that this worker is lost
   * @returns null where it is settled, cancelled, or taken by somebody else
   */
  async claim(chunk: string, worker: string, takesActive: boolean): Promise<ClaimedChunk | null> {
    const states = takesActive ? `('waiting', 'active')` : `('waiting')`;
    const results = await this.#sql.atomically([
      statement(
        `UPDATE chunks SET state = 'active', worker = $2, attempts = attempts + 1
         WHERE id = $1 AND state IN ${states}`,
        ...[chunk, worker],
      ),
      statement(
        `SELECT c.id, c.submission, c.attempts, c.priority, u.model, u.model_set, u.provider
         FROM chunks c JOIN submissions u ON u.id = c.submission
         WHERE c.id = $1 AND c.worker = $2 AND c.state = 'active'`,
        ...[chunk, worker],
      ),
    ]);
    const row = results[1]?.[0];
    if (row === undefined) return null;
    return {
      id: chunk,
      submission: String(row['submission']),
      worker,
      attempts: Number(row['attempts']),
      priority: Number(row['priority']),
      model: String(row['model']),
      modelSet: String(row['model_set']),
      provider: String(row['provider']),
    };
  }

  /** The slices of a chunk that nobody has answered. */
  async openSlices(chunk: string): Promise<SliceReference[]> {
    const rows = await this.#run(
      statement(
        `SELECT content_key, path, frame, file_hash FROM slices WHERE chunk = $1 AND state = 'waiting'
         ORDER BY path, frame`,
        chunk,
      ),
    );
    return rows.map((row) => ({
      contentKey: String(row['content_key']),
      path: String(row['path']),
      frame: row['frame'] === null ? null : Number(row['frame']),
      fileHash: String(row['file_hash']),
    }));
  }

  /** Keeps what became of a chunk's slices, and ends the chunk. A slice that somebody else settled stays as it is. */
  async settle(chunk: ClaimedChunk, slices: readonly SettledSlice[]): Promise<void> {
    const now = Date.now();
    await this.#run(
      ...outcomesOf(chunk, slices, now),
      statement(
        `UPDATE chunks SET state = 'done', ended_at = $2 WHERE id = $1 AND state IN ('waiting', 'active')`,
        ...[chunk.id, now],
      ),
    );
  }

  /** Keeps answers of a chunk that is to be taken again for the rest. */
  async keepAnswers(chunk: ClaimedChunk, slices: readonly SettledSlice[]): Promise<void> {
    await this.#run(...outcomesOf(chunk, slices, Date.now()));
  }

  /** Puts a chunk back that its worker has and could not carry out. @param afterMs - not to be taken before */
  async giveBack(chunk: string, worker: string, afterMs: number): Promise<void> {
    await this.#run(
      statement(
        `UPDATE chunks SET state = 'waiting', due_at = $2, worker = NULL
         WHERE id = $1 AND worker = $3 AND state = 'active'`,
        ...[chunk, Date.now() + afterMs, worker],
      ),
    );
  }

  /** Gives a chunk up with all its slices that nobody has answered. */
  async abandon(chunk: string, failure: Failure): Promise<void> {
    const now = Date.now();
    await this.#run(
      statement(
        `UPDATE slices SET state = 'dead', failure = $2, ended_at = $3 WHERE chunk = $1 AND state = 'waiting'`,
        ...[chunk, JSON.stringify(failure), now],
      ),
      statement(
        `UPDATE chunks SET state = 'dead', ended_at = $2 WHERE id = $1 AND state IN ('waiting', 'active')`,
        ...[chunk, now],
      ),
    );
  }

  /** Takes back what a submission still waits for. A worker that is at one of its chunks hears of it by `heartbeat`. */
  async cancel(submission: string): Promise<boolean> {
    const now = Date.now();
    const results = await this.#sql.atomically([
      statement(
        `UPDATE slices SET state = 'cancelled', ended_at = $2 WHERE state = 'waiting'
         AND chunk IN (SELECT id FROM chunks WHERE submission = $1)`,
        ...[submission, now],
      ),
      statement(
        `UPDATE chunks SET state = 'cancelled', ended_at = $2 WHERE submission = $1
         AND state IN ('waiting', 'active')`,
        ...[submission, now],
      ),
      statement('SELECT id FROM submissions WHERE id = $1', submission),
    ]);
    return results[2]?.length === 1;
  }

  /** A worker's sign of life: one statement, since all of a fleet say it. @returns its chunks that are still to be carried out */
  async heartbeat({ id, host, pid, startedAt, residentMb }: WorkerSign): Promise<string[]> {
    const [row] = await this.#run(
      statement(
        `INSERT INTO workers (id, host, pid, started_at, heartbeat_at, resident_mb) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (id) DO UPDATE SET heartbeat_at = excluded.heartbeat_at, resident_mb = excluded.resident_mb
         RETURNING (SELECT string_agg(c.id, '\n') FROM chunks c WHERE c.worker = $1 AND c.state = 'active') AS chunks`,
        ...[id, host, pid, startedAt, Date.now(), residentMb],
      ),
    );
    const chunks = row?.['chunks'] ?? null;
    return chunks === null ? [] : String(chunks).split('\n');
  }

  /** Forgets a worker that ended in order. */
  async dismiss(worker: string): Promise<void> {
    await this.#run(statement('DELETE FROM workers WHERE id = $1', worker));
  }

  /** Forgets the workers of a machine whose processes are gone, without waiting for their leases to end. */
  async dismissGone(host: string, isGone: (pid: number) => boolean): Promise<void> {
    const rows = await this.#run(statement('SELECT id, pid FROM workers WHERE host = $1', host));
    for (const { id, pid } of rows) if (isGone(Number(pid))) await this.dismiss(String(id));
  }

  /** Makes the chunks of lost workers wait again. */
  async recover(): Promise<void> {
    await this.#run(
      statement(
        `UPDATE chunks SET state = 'waiting', worker = NULL WHERE state = 'active' AND NOT EXISTS
         (SELECT 1 FROM workers w WHERE w.id = chunks.worker AND w.heartbeat_at > $1)`,
        Date.now() - leaseMs,
      ),
    );
  }

  /** How many chunks stand where. */
  async chunkCounts(): Promise<Record<ChunkState, number>> {
    const rows = await this.#run(statement('SELECT state, count(*) AS chunks FROM chunks GROUP BY state'));
    const counts = { waiting: 0, active: 0, done: 0, dead: 0, cancelled: 0 };
    for (const { state, chunks } of rows) counts[state as ChunkState] = Number(chunks);
    return counts;
  }

  /** Rows of one statement that only reads. */
  async read(sql: string, ...values: SqlValue[]): Promise<SqlRow[]> {
    return this.#run(statement(sql, ...values));
  }

  close(): Promise<void> {
    return this.#sql.close();
  }

  async #run(...statements: SqlStatement[]): Promise<SqlRow[]> {
    return (await this.#sql.atomically(statements)).at(-1) ?? [];
  }
}

function outcomesOf(
  { modelSet }: ClaimedChunk,
  slices: readonly SettledSlice[],
  now: number,
): SqlStatement[] {
  if (slices.length === 0) return [];
  const rows = slices
    .toSorted((a, b) => (a.contentKey < b.contentKey ? -1 : 1))
    .map(({ contentKey, outcome }) =>
      outcome.ok
        ? [contentKey, 'answered', JSON.stringify(outcome.answer), null]
        : [contentKey, 'dead', null, JSON.stringify(outcome.error)],
    );
  const next = rows.length * 4 + 1;
  const sql = `UPDATE slices SET state = v.column2, answer = v.column3, failure = v.column4, ended_at = $${next}
    FROM (VALUES ${placeholders(rows)}) AS v
    WHERE content_key = v.column1 AND model_set = $${next + 1} AND state = 'waiting'`;
  return [{ sql, values: [...rows.flat(), now, modelSet] }];
}

/** `($1, $2), ($3, $4), …` for rows of one length. */
function placeholders(rows: readonly (readonly SqlValue[])[]): string {
  let place = 0;
  return rows.map((row) => `(${row.map(() => `$${++place}`).join(', ')})`).join(', ');
}

function insertRows(head: string, rows: readonly (readonly SqlValue[])[], tail: string): SqlStatement {
  return { sql: `${head} ${placeholders(rows)} ${tail}`, values: rows.flat() };
}
