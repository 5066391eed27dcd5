import {
  trainingChunkPrefix,
  type DeadLetter,
  type JobsOverview,
  type Submission,
  type WorkerHealth,
} from '../../src-shared/domain/jobs.ts';
import type { Failure } from '../../src-shared/errors.ts';
import { leaseMs, type JobStore } from './JobStore.ts';
import { readRuns } from './readRuns.ts';

/** Rates are taken over the last minute. */
const rateMs = 60_000;

/** The newest so many dead letters are shown. */
const mostLetters = 1000;

/** Of chunks: trainings have no rate in slices. */
const ofPictures = `id NOT LIKE '${trainingChunkPrefix}%'`;

/** Everything that `bratum jobs` shows. @throws UserError 'store-…', 'fleet-store-unreachable' */
export async function readOverview(store: JobStore): Promise<JobsOverview> {
  const submissions = await readSubmissions(store, null);
  const slicesPerSecond = await readRate(store);
  const chunks = await store.chunkCounts();
  const [left] = await store.read(
    `SELECT coalesce(sum(slices), 0) AS waiting FROM chunks WHERE state IN ('waiting', 'active') AND ${ofPictures}`,
  );
  const waiting = Number(left?.['waiting']);
  return {
    submissions,
    chunks,
    workers: await readWorkers(store),
    deadLetters: await readDeadLetters(store),
    ...(await readRuns(store)),
    slicesPerSecond,
    remainingMs: waiting === 0 ? 0 : slicesPerSecond === 0 ? null : (1000 * waiting) / slicesPerSecond,
  };
}

/** One submission; null where there is none of this name. @throws as `readOverview` */
export async function readSubmission(store: JobStore, id: string): Promise<Submission | null> {
  const [found] = await readSubmissions(store, id);
  return found ?? null;
}

/** @param id - of the only one wanted; null: all, the newest first */
async function readSubmissions(store: JobStore, id: string | null): Promise<Submission[]> {
  const rows = await store.read(
    `SELECT u.id, u.created_at, u.is_complete, u.model, u.model_set, u.priority,
       (SELECT count(*) FROM unreadable r WHERE r.submission = u.id) AS unreadable,
       count(s.state) AS slices,
       sum(CASE s.state WHEN 'waiting' THEN 1 ELSE 0 END) AS waiting,
       sum(CASE s.state WHEN 'answered' THEN 1 ELSE 0 END) AS answered,
       sum(CASE s.state WHEN 'dead' THEN 1 ELSE 0 END) AS dead,
       sum(CASE s.state WHEN 'cancelled' THEN 1 ELSE 0 END) AS cancelled
     FROM submissions u LEFT JOIN members m ON m.submission = u.id
     LEFT JOIN slices s ON s.content_key = m.content_key AND s.model_set = u.model_set
     ${id === null ? '' : 'WHERE u.id = $1'}
     GROUP BY u.id, u.created_at, u.is_complete, u.model, u.model_set, u.priority
     ORDER BY u.created_at DESC, u.id`,
    ...(id === null ? [] : [id]),
  );
  return rows.map((row) => ({
    id: String(row['id']),
    createdAt: Number(row['created_at']),
    isComplete: row['is_complete'] === 1,
    model: String(row['model']),
    modelSet: String(row['model_set']),
    priority: Number(row['priority']),
    slices: Number(row['slices']),
    waiting: Number(row['waiting']),
    answered: Number(row['answered']),
    dead: Number(row['dead']) + Number(row['unreadable']),
    cancelled: Number(row['cancelled']),
  }));
}

/** Slices a second over the last minute, or since the first of them where that is less. */
export async function readRate(store: JobStore): Promise<number> {
  const now = Date.now();
  const [row] = await store.read(
    `SELECT coalesce(sum(slices), 0) AS slices, min(created_at) AS first FROM chunks
     WHERE state = 'done' AND ended_at > $1 AND ${ofPictures}`,
    now - rateMs,
  );
  return rateOf(Number(row?.['slices']), now - Number(row?.['first'] ?? now));
}

function rateOf(slices: number, sinceMs: number): number {
  const windowMs = Math.min(rateMs, Math.max(1, sinceMs));
  return (1000 * slices) / windowMs;
}

async function readWorkers(store: JobStore): Promise<WorkerHealth[]> {
  const now = Date.now();
  const rows = await store.read(
    `SELECT w.id, w.host, w.pid, w.started_at, w.heartbeat_at, w.resident_mb,
       count(c.id) AS chunks, coalesce(sum(c.slices), 0) AS slices,
       coalesce(sum(CASE WHEN c.ended_at > $1 THEN c.slices ELSE 0 END), 0) AS recent
     FROM workers w LEFT JOIN chunks c ON c.worker = w.id AND c.state = 'done'
     GROUP BY w.id, w.host, w.pid, w.started_at, w.heartbeat_at, w.resident_mb ORDER BY w.started_at, w.id`,
    now - rateMs,
  );
  return rows.map((row) => ({
    id: String(row['id']),
    host: String(row['host']),
    pid: Number(row['pid']),
    startedAt: Number(row['started_at']),
    heartbeatAt: Number(row['heartbeat_at']),
    isAlive: Number(row['heartbeat_at']) > now - leaseMs,
    chunks: Number(row['chunks']),
    slices: Number(row['slices']),
    slicesPerSecond: rateOf(Number(row['recent']), now - Number(row['started_at'])),
    residentMb: Number(row['resident_mb']),
  }));
}

async function readDeadLetters(store: JobStore): Promise<DeadLetter[]> {
  const rows = await store.read(
    `SELECT c.submission, s.path, s.frame, c.attempts, s.failure, s.ended_at AS at
     FROM slices s JOIN chunks c ON c.id = s.chunk WHERE s.state = 'dead'
     UNION ALL SELECT submission, path, NULL, 1, failure, at FROM unreadable
     ORDER BY at DESC, path, frame LIMIT $1`,
    mostLetters,
  );
  return rows.map((row) => ({
    submission: String(row['submission']),
    path: String(row['path']),
    frame: row['frame'] === null ? null : Number(row['frame']),
    attempts: Number(row['attempts']),
    error: JSON.parse(String(row['failure'])) as Failure,
    at: Number(row['at']),
  }));
}
