import type { Failure } from '../../src-shared/errors.ts';
import type { JobStore } from './JobStore.ts';

/** What was found of one slice of a submission, under the path of that submission. */
export interface KeptAnswer {
  path: string;
  frame: number | null;
  outcome: { ok: true; answer: object } | { ok: false; error: Failure };
}

const pageSize = 1000;

/** The answers of a submission, and its dead letters, ordered by content; a million of them need no more memory than a page. */
export async function* readAnswers(store: JobStore, submission: string): AsyncGenerator<KeptAnswer> {
  let after = '';
  for (;;) {
    const rows = await store.read(
      `SELECT m.content_key, m.path, m.frame, s.answer, s.failure FROM members m
       JOIN submissions u ON u.id = m.submission
       JOIN slices s ON s.content_key = m.content_key AND s.model_set = u.model_set
       WHERE m.submission = $1 AND m.content_key > $2 AND s.state IN ('answered', 'dead')
       ORDER BY m.content_key LIMIT $3`,
      ...[submission, after, pageSize],
    );
    for (const { path, frame, answer, failure } of rows)
      yield {
        path: String(path),
        frame: frame === null ? null : Number(frame),
        outcome:
          answer === null
            ? { ok: false, error: JSON.parse(String(failure)) as Failure }
            : { ok: true, answer: JSON.parse(String(answer)) as object },
      };
    if (rows.length < pageSize) return;
    after = String(rows.at(-1)?.['content_key']);
  }
}
