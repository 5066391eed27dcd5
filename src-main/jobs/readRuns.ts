import { trainingSet, type FoldMeans, type SubmittedRun } from '../../src-shared/domain/jobs.ts';
import type { Failure } from '../../src-shared/errors.ts';
import type { JobStore } from './JobStore.ts';
import { meansOverFolds } from './meansOverFolds.ts';

/** The newest so many are shown. */
const mostRuns = 1000;

/**
 * The trainings that were handed in, each with its figures once it has ended, and the means over folds, of all of them.
 *
 * @throws UserError as `readOverview`
 */
export async function readRuns(store: JobStore): Promise<{ runs: SubmittedRun[]; foldMeans: FoldMeans[] }> {
  const rows = await store.read(
    `SELECT m.submission, s.path, s.state, s.answer, s.failure, c.state AS chunk, c.attempts
     FROM slices s JOIN members m ON m.content_key = s.content_key
     JOIN submissions u ON u.id = m.submission AND u.model_set = s.model_set
     LEFT JOIN chunks c ON c.id = s.chunk
     WHERE s.model_set = $1 ORDER BY u.created_at DESC, s.path`,
    trainingSet,
  );
  const runs: SubmittedRun[] = rows.map((row) => ({
    submission: String(row['submission']),
    path: String(row['path']),
    state: stateOf(String(row['state']), row['chunk'] === 'active'),
    attempts: Number(row['attempts'] ?? 0),
    result: row['answer'] === null ? null : (JSON.parse(String(row['answer'])) as SubmittedRun['result']),
    error: row['failure'] === null ? null : (JSON.parse(String(row['failure'])) as Failure),
  }));
  return { runs: runs.slice(0, mostRuns), foldMeans: meansOverFolds(runs) };
}

function stateOf(state: string, isAtWork: boolean): SubmittedRun['state'] {
  if (state === 'answered') return 'trained';
  if (state === 'dead' || state === 'cancelled') return state;
  return isAtWork ? 'active' : 'waiting';
}
