import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunResult, RunState } from '../../../src-shared/domain/trainingQueue.ts';
import { runResultSchema } from '../../../src-shared/domain/trainingQueue.ts';
import { UserError, type Failure } from '../../../src-shared/errors.ts';
import type { Database } from '../../storage/Database.ts';
import { openDatabase } from '../../storage/openDatabase.ts';
import { runMigrations } from './runMigrations.ts';
import { runWishSchema, type RunWish } from './RunWish.ts';

/** A run as the store knows it; epochs and weights are in its folder. */
export interface StoredRun {
  id: string;
  title: string;
  state: RunState;
  createdAt: string;
  endedAt: string | null;
  wish: RunWish;
  result: RunResult | null;
  failure: Failure | null;
}

/** What may change about a run after its creation. */
export type RunChange = Pick<StoredRun, 'state'> & Partial<Pick<StoredRun, 'result' | 'failure'>>;

interface Row {
  id: string;
  title: string;
  state: RunState;
  created_at: string;
  ended_at: string | null;
  wish: string;
  result: string | null;
  failure: string | null;
}

const endStates: readonly RunState[] = ['cancelled', 'failed', 'finished'];

/**
 * The runs of the workstation: `runs.db` with what was chosen, the queue's order and how each ended, and beside it
 * `runs/<id>/`, the run's own folder. Whatever a run is made of is in its folder; the database can name no run that
 * the folder does not describe by itself.
 */
export class RunStore {
  readonly #database: Database;
  /** Where the folders of runs lie. */
  readonly folder: string;

  private constructor(database: Database, folder: string) {
    this.#database = database;
    this.folder = folder;
  }

  /**
   * Opens the runs of a user-data folder, creating what is not there.
   *
   * @throws UserError 'store-…', 'disk-full', 'component-missing'
   */
  static async open(storeFolder: string): Promise<RunStore> {
    const database = await openDatabase(join(storeFolder, 'runs.db'), runMigrations);
    const folder = join(storeFolder, 'runs');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return new RunStore(database, folder);
  }

  /** The folder of a run, as `bratum train --out` would have it. */
  folderOf(id: string): string {
    return join(this.folder, id);
  }

  /** All runs: the one at work, those that wait in their order, then the others, newest first. */
  list(): StoredRun[] {
    return this.#select(
      `ORDER BY CASE state WHEN 'running' THEN 0 WHEN 'paused' THEN 0 WHEN 'queued' THEN 1 ELSE 2 END,
       CASE state WHEN 'queued' THEN position END, created_at DESC, id`,
    );
  }

  /** @throws UserError 'run-unknown' */
  get(id: string): StoredRun {
    const [run] = this.#select('WHERE id = ?', id);
    if (run === undefined) throw new UserError('run-unknown');
    return run;
  }

  /** The next run of the queue. */
  next(): StoredRun | null {
    return this.#select(`WHERE state = 'queued' ORDER BY position, id LIMIT 1`)[0] ?? null;
  }

  /** Puts a new run at the queue's end. @param id - of a folder that is already there; a new one where left out */
  add(title: string, wish: RunWish, id: string = randomUUID()): StoredRun {
    this.#database.write(() =>
      this.#database
        .prepare<[string, string, string, string]>(
          `INSERT INTO runs (id, title, state, position, created_at, wish)
           VALUES (?, ?, 'queued', (SELECT coalesce(max(position), 0) + 1 FROM runs), ?, ?)`,
        )
        .run(id, title, new Date().toISOString(), JSON.stringify(wish)),
    );
    return this.get(id);
  }

  /** Notes a new state; what is left out of result and failure becomes null. @throws UserError 'run-unknown' */
  change(id: string, { state, result = null, failure = null }: RunChange): void {
    const endedAt = endStates.includes(state) ? new Date().toISOString() : null;
    const text = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));
    const { changes } = this.#database.write(() =>
      this.#database
        .prepare<[string, string | null, string | null, string | null, string]>(
          'UPDATE runs SET state = ?, ended_at = ?, result = ?, failure = ? WHERE id = ?',
        )
        .run(state, endedAt, text(result && runResultSchema.parse(result)), text(failure), id),
    );
    if (changes === 0) throw new UserError('run-unknown');
  }

  /** Takes a run from the queue to carry it out. @returns false where another host was quicker */
  claim(id: string): boolean {
    const { changes } = this.#database.write(() =>
      this.#database
        .prepare<[string]>(
          `UPDATE runs SET state = 'running', ended_at = NULL, result = NULL, failure = NULL
           WHERE id = ? AND state = 'queued'`,
        )
        .run(id),
    );
    return changes > 0;
  }

  /**
   * Moves a run within the queue.
   *
   * @param before - the run that it shall stand before; null: at the end
   * @throws UserError 'run-unknown' when one of them does not wait
   */
  move(id: string, before: string | null): void {
    this.#database.write(() => {
      const waiting = this.#rows(`WHERE state = 'queued' ORDER BY position, id`).map((row) => row.id);
      if (!waiting.includes(id) || (before !== null && !waiting.includes(before)))
        throw new UserError('run-unknown');
      const others = waiting.filter((one) => one !== id);
      others.splice(before === null ? others.length : others.indexOf(before), 0, id);
      const place = this.#database.prepare<[number, string]>('UPDATE runs SET position = ? WHERE id = ?');
      others.forEach((one, index) => place.run(index + 1, one));
    });
  }

  /** Queues a run again, before all others. */
  queueFirst(id: string): void {
    this.change(id, { state: 'queued' });
    const first = this.next();
    if (first !== null && first.id !== id) this.move(id, first.id);
  }

  rename(id: string, title: string): void {
    this.get(id);
    this.#database.write(() =>
      this.#database.prepare<[string, string]>('UPDATE runs SET title = ? WHERE id = ?').run(title, id),
    );
  }

  /** Forgets a run and deletes its folder. */
  async remove(id: string): Promise<void> {
    this.get(id);
    await rm(this.folderOf(id), { recursive: true, force: true });
    this.#database.write(() => this.#database.prepare<[string]>('DELETE FROM runs WHERE id = ?').run(id));
  }

  close(): void {
    this.#database.close();
  }

  #select(clause: string, ...values: string[]): StoredRun[] {
    return this.#database.read(() => this.#rows(clause, ...values)).map(toRun);
  }

  #rows(clause: string, ...values: string[]): Row[] {
    const columns = 'id, title, state, created_at, ended_at, wish, result, failure';
    return this.#database.prepare<string[], Row>(`SELECT ${columns} FROM runs ${clause}`).all(...values);
  }
}

function toRun({ id, title, state, created_at, ended_at, wish, result, failure }: Row): StoredRun {
  return {
    id,
    title,
    state,
    createdAt: created_at,
    endedAt: ended_at,
    wish: runWishSchema.parse(JSON.parse(wish)),
    result: result === null ? null : runResultSchema.parse(JSON.parse(result)),
    failure: failure === null ? null : (JSON.parse(failure) as Failure),
  };
}
