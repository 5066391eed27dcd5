import type { Database, Statement } from '../storage/Database.ts';
import type { AuditTrail } from './AuditTrail.ts';

export type TrashDirection = 'in' | 'out';

/** Moves cases into and out of the trash; the caller holds the write lock. */
export class CaseTrash {
  readonly #auditTrail: AuditTrail;
  readonly #mark: Record<TrashDirection, Statement<[{ id: number; now: string }], never>>;
  readonly #insertMove: Statement<[caseId: number, direction: TrashDirection, now: string], never>;
  readonly #trashed: Statement<[], number>;

  constructor(database: Database, auditTrail: AuditTrail) {
    this.#auditTrail = auditTrail;
    this.#mark = {
      in: database.prepare('UPDATE cases SET trashed_at = @now WHERE id = @id AND trashed_at IS NULL'),
      out: database.prepare(
        'UPDATE cases SET trashed_at = NULL WHERE id = @id AND trashed_at IS NOT NULL AND @now IS NOT NULL',
      ),
    };
    this.#insertMove = database.prepare(
      'INSERT INTO trash_moves (case_id, direction, happened_at) VALUES (?, ?, ?)',
    );
    this.#trashed = database
      .prepare<[], number>('SELECT id FROM cases WHERE trashed_at IS NOT NULL ORDER BY trashed_at, id')
      .pluck();
  }

  /** @returns the cases that were not there already; those that do not exist are left out, too */
  move(ids: readonly number[], direction: TrashDirection, now: string): number[] {
    return ids.filter((id) => {
      if (this.#mark[direction].run({ id, now }).changes === 0) return false;
      const move = this.#insertMove.run(id, direction, now).lastInsertRowid;
      this.#auditTrail.append('trash-moved', Number(move), now);
      return true;
    });
  }

  /** The cases in the trash, those that came first in front. */
  list(): number[] {
    return this.#trashed.all();
  }
}
