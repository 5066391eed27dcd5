import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type {
  EvaluatedSlice,
  EvaluationReport,
  EvaluationSummary,
  LabelReview,
} from '../../../src-shared/domain/evaluation.ts';
import { UserError, type ErrorCode } from '../../../src-shared/errors.ts';
import type { Database } from '../../storage/Database.ts';
import { openDatabase } from '../../storage/openDatabase.ts';
import { evaluationMigrations } from './evaluationMigrations.ts';

/** An evaluation to be kept. */
export interface NewEvaluation {
  /** Of the data set, absolute; it never leaves the main side. */
  folder: string;
  /** The training run whose model was evaluated; null for a model of the registry. */
  run: string | null;
  report: EvaluationReport;
  slices: readonly EvaluatedSlice[];
  failures: readonly { path: string; code: ErrorCode; message: string }[];
}

/** As it is kept. */
export interface KeptEvaluation extends NewEvaluation {
  summary: EvaluationSummary;
}

interface Row {
  id: string;
  created_at: string;
  folder: string;
  report: string;
  slices: string;
  failures: string;
  run: string | null;
}

/** Evaluations that were made, so that they can be opened again, and what a person said of their labels. */
export class EvaluationStore {
  readonly #database: Database;

  private constructor(database: Database) {
    this.#database = database;
  }

  /** Opens `evaluations.db` in a folder. @throws UserError 'store-…' */
  static async open(folder: string): Promise<EvaluationStore> {
    return new EvaluationStore(await openDatabase(join(folder, 'evaluations.db'), evaluationMigrations));
  }

  /** Keeps an evaluation. @throws UserError 'store-busy', 'disk-full' */
  add({ folder, run, report, slices, failures }: NewEvaluation): EvaluationSummary {
    const row: Row = {
      id: randomUUID(),
      created_at: new Date().toISOString(),
      folder,
      report: JSON.stringify(report),
      slices: JSON.stringify(slices),
      failures: JSON.stringify(failures),
      run,
    };
    const insert = this.#database.prepare<[Row]>(
      `INSERT INTO evaluations (id, created_at, folder, report, slices, failures, run)
       VALUES (@id, @created_at, @folder, @report, @slices, @failures, @run)`,
    );
    this.#database.write(() => insert.run(row));
    return summaryOf(row, report, 0);
  }

  /** Every evaluation, the newest first. */
  list(): EvaluationSummary[] {
    const select = this.#database.prepare<[], Omit<Row, 'slices'> & { reviewed: number }>(
      `SELECT id, created_at, folder, report, failures, run,
         (SELECT count(*) FROM label_reviews WHERE evaluation = id) AS reviewed
       FROM evaluations ORDER BY created_at DESC, id`,
    );
    return this.#database
      .read(() => select.all())
      .map((row) => summaryOf(row, reportOf(row.report), row.reviewed));
  }

  /** @throws UserError 'evaluation-unknown' */
  open(id: string): KeptEvaluation {
    const select = this.#database.prepare<[string], Row>('SELECT * FROM evaluations WHERE id = ?');
    const row = this.#database.read(() => select.get(id));
    if (row === undefined) throw new UserError('evaluation-unknown');
    const report = reportOf(row.report);
    return {
      folder: row.folder,
      run: row.run,
      report,
      slices: JSON.parse(row.slices) as EvaluatedSlice[],
      failures: JSON.parse(row.failures) as KeptEvaluation['failures'],
      summary: summaryOf(row, report, this.reviewsOf(id).size),
    };
  }

  /** @throws UserError 'evaluation-unknown' */
  remove(id: string): void {
    const remove = this.#database.prepare<[string]>('DELETE FROM evaluations WHERE id = ?');
    const { changes } = this.#database.write(() => remove.run(id));
    if (changes === 0) throw new UserError('evaluation-unknown');
  }

  /** What a person said of labels, by the slice's position. */
  reviewsOf(id: string): Map<number, LabelReview> {
    const select = this.#database.prepare<[string], { position: number; review: string }>(
      'SELECT position, review FROM label_reviews WHERE evaluation = ? ORDER BY position',
    );
    const rows = this.#database.read(() => select.all(id));
    return new Map(rows.map(({ position, review }) => [position, JSON.parse(review) as LabelReview]));
  }

  /** Records, replaces or takes back (null) what a person says of a label. */
  review(id: string, position: number, review: LabelReview | null): void {
    const set = this.#database.prepare<[string, number, string, string]>(
      'INSERT OR REPLACE INTO label_reviews VALUES (?, ?, ?, ?)',
    );
    const clear = this.#database.prepare<[string, number]>(
      'DELETE FROM label_reviews WHERE evaluation = ? AND position = ?',
    );
    this.#database.write(() =>
      review === null
        ? clear.run(id, position)
        : set.run(id, position, JSON.stringify(review), new Date().toISOString()),
    );
  }

  close(): void {
    this.#database.close();
  }
}

/** JSON has no infinity: the threshold above every score comes back as null. */
function reportOf(text: string): EvaluationReport {
  const report = JSON.parse(text) as EvaluationReport;
  for (const { roc } of Object.values(report.curves.perClass)) if (roc[0]) roc[0].threshold = Infinity;
  return report;
}

function summaryOf(
  { id, created_at: createdAt, run }: Pick<Row, 'id' | 'created_at' | 'run'>,
  { model, dataset, protocol, evaluation, comparison }: EvaluationReport,
  reviewed: number,
): EvaluationSummary {
  return {
    id,
    createdAt,
    run,
    model: model.name,
    modelTitle: model.title,
    modelFingerprint: model.fingerprint,
    against: comparison?.model ?? null,
    dataset,
    protocol,
    n: evaluation.n,
    accuracy: evaluation.accuracy,
    accuracyInterval: evaluation.groupedIntervals.accuracy,
    macroF1: evaluation.macro.f1,
    reviewed,
  };
}
