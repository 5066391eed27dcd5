import type { Plane, PlaneSource } from '../../../src-shared/domain/plane.ts';
import type {
  JournalState,
  JournalStep,
  LabelOrigin,
  PictureEvent,
  PictureField,
} from '../../../src-shared/domain/workspace.ts';
import type { Database, Statement } from '../../storage/Database.ts';
import { requireDataset } from './requireDataset.ts';

/** What a field of a picture is to become. */
export type WantedValue = [picture: number, value: string | null, origin: LabelOrigin];

/** A step of the journal that is to be made. */
export interface StepRequest {
  dataset: number;
  text: string;
  who: string;
  /** Whether the values are what this person says, or only what somebody's file says. */
  isOwnOpinion: boolean;
  wanted: Partial<Record<PictureField, readonly WantedValue[]>>;
}

interface Columns {
  value: string;
  origin: string;
  set: (value: string, origin: string) => string;
}

/** How a field is kept in `pictures`. */
const columnsOf: Record<PictureField, Columns> = {
  class: labelColumns('class'),
  plane: labelColumns('plane'),
  quarantine: {
    value: `CASE p.is_quarantined WHEN 1 THEN 'yes' END`,
    origin: 'NULL',
    set: (value) => `is_quarantined = (${value} IS NOT NULL)`,
  },
};

function labelColumns(name: 'class' | 'plane'): Columns {
  return {
    value: `p.${name}`,
    origin: `p.${name}_origin`,
    set: (value, origin) => `${name} = ${value}, ${name}_origin = iif(${value} IS NULL, NULL, ${origin})`,
  };
}

const fields = Object.keys(columnsOf) as PictureField[];

/**
 * Changes labels in steps that can be taken back and made again without end. A step keeps, for each picture and field,
 * what was there before and what came; a new step after some were taken back drops those. Statements work on whole
 * steps, so that 100,000 pictures are one change as well.
 */
export class LabelJournal {
  readonly #database: Database;
  readonly #record: Record<PictureField, Statement<unknown[], unknown>>;
  readonly #replay: Record<PictureField, Record<'forth' | 'back', Statement<unknown[], unknown>>>;

  constructor(database: Database) {
    this.#database = database;
    const byField = <Value>(make: (field: PictureField) => Value) =>
      Object.fromEntries(fields.map((field) => [field, make(field)])) as Record<PictureField, Value>;
    this.#record = byField((field) => database.prepare<unknown[]>(recordStatement(field)));
    this.#replay = byField((field) => ({
      forth: database.prepare<unknown[]>(replayStatement(field, 'after')),
      back: database.prepare<unknown[]>(replayStatement(field, 'before')),
    }));
  }

  /** Makes a step; nothing, where nothing would change. @returns how many pictures it changed */
  change({ dataset, text, who, isOwnOpinion, wanted }: StepRequest): number {
    return this.#database.write(() => {
      requireDataset(this.#database, dataset);
      const at = new Date().toISOString();
      const step = Number(
        this.#database
          .prepare<unknown[]>(
            `INSERT INTO steps (dataset_id, text, who, at, pictures, state) VALUES (?, ?, ?, ?, 0, 'done')`,
          )
          .run(dataset, text, who, at).lastInsertRowid,
      );
      for (const field of fields) {
        const values = wanted[field];
        if (values === undefined || values.length === 0) continue;
        const own = isOwnOpinion && field !== 'quarantine' ? 1 : 0;
        this.#record[field].run({ step, dataset, who, own, wanted: JSON.stringify(values) });
        this.#replay[field].forth.run(step);
      }
      if (isOwnOpinion) this.#sayOwn(step, who);
      const pictures = this.#picturesOf(step).length;
      if (pictures === 0) this.#database.prepare<unknown[]>('DELETE FROM steps WHERE id = ?').run(step);
      else {
        this.#database.prepare<unknown[]>('UPDATE steps SET pictures = ? WHERE id = ?').run(pictures, step);
        this.#database
          .prepare<unknown[]>(`UPDATE steps SET state = 'dropped' WHERE dataset_id = ? AND state = 'undone'`)
          .run(dataset);
        this.#touch(dataset, at);
      }
      return pictures;
    });
  }

  /** What the file's orientation or the plane model suggests for pictures; those without a suggestion are left out. */
  suggestionsOf(dataset: number, ids: readonly number[], leastProbability: number): WantedValue[] {
    return this.#database.read(() =>
      this.#database
        .prepare<[unknown], [number, Plane, PlaneSource]>(
          `SELECT p.id, p.suggested_plane, p.suggested_by FROM pictures p
           WHERE p.dataset_id = @dataset AND p.id IN (SELECT value FROM json_each(@ids))
             AND p.suggested_plane IS NOT NULL AND p.suggestion_probability >= @leastProbability`,
        )
        .raw()
        .all({ dataset, leastProbability, ids: JSON.stringify(ids) }),
    );
  }

  /** Takes the last step back. @returns the pictures that it changed */
  undo(dataset: number): number[] {
    return this.#turn(dataset, 'back');
  }

  /** Makes the step again that was taken back last. */
  redo(dataset: number): number[] {
    return this.#turn(dataset, 'forth');
  }

  state(dataset: number): JournalState {
    return this.#database.read(() => ({
      undo: this.#next(dataset, 'back'),
      redo: this.#next(dataset, 'forth'),
    }));
  }

  /** Everybody who gave a label with their own hands. */
  labellers(dataset: number): string[] {
    return this.#database.read(() =>
      this.#database
        .prepare<[number], string>(
          `SELECT DISTINCT o.who FROM opinions o JOIN pictures p ON p.id = o.picture_id
           WHERE p.dataset_id = ? ORDER BY 1`,
        )
        .pluck()
        .all(dataset),
    );
  }

  /** Every label that a picture got, oldest first; the first ones are those that it came with. */
  history(picture: number): PictureEvent[] {
    return this.#database.read(() => {
      const events = this.#database
        .prepare<
          [number],
          Omit<PictureEvent, 'isUndone'> & {
            before: string | null;
            beforeOrigin: LabelOrigin | null;
            state: string;
          }
        >(
          `SELECT c.field, c.after AS value, ifnull(c.after_origin, 'person') AS origin, s.who, s.at, s.state,
             c.before, c.before_origin AS beforeOrigin
           FROM changes c JOIN steps s ON s.id = c.step_id WHERE c.picture_id = ? ORDER BY s.id`,
        )
        .all(picture);
      const came = this.#database
        .prepare<
          [number],
          {
            at: string;
            class: string | null;
            class_origin: LabelOrigin;
            plane: string | null;
            plane_origin: LabelOrigin;
          }
        >('SELECT added_at AS at, class, class_origin, plane, plane_origin FROM pictures WHERE id = ?')
        .get(picture);
      const first = (['class', 'plane'] as const).flatMap((field): PictureEvent[] => {
        if (came === undefined) return [];
        const next = events.find((event) => event.field === field);
        const value = next === undefined ? came[field] : next.before;
        const origin = next === undefined ? came[`${field}_origin`] : next.beforeOrigin;
        return value === null || origin === null
          ? []
          : [{ field, value, origin, who: null, at: came.at, isUndone: false }];
      });
      const later = events.map(({ field, value, origin, who, at, state }) => ({
        field,
        value,
        origin,
        who,
        at,
        isUndone: state !== 'done',
      }));
      return [...first, ...later];
    });
  }

  #turn(dataset: number, direction: 'back' | 'forth'): number[] {
    return this.#database.write(() => {
      const step = this.#next(dataset, direction);
      if (step === null) return [];
      for (const field of fields) this.#replay[field][direction].run(step.id);
      if (direction === 'back') this.#takeBackOwn(step.id, step.who);
      else this.#sayOwn(step.id, step.who);
      this.#database
        .prepare<unknown[]>('UPDATE steps SET state = ? WHERE id = ?')
        .run(direction === 'back' ? 'undone' : 'done', step.id);
      this.#touch(dataset, new Date().toISOString());
      return this.#picturesOf(step.id);
    });
  }

  #next(dataset: number, direction: 'back' | 'forth'): JournalStep | null {
    const [state, order] = direction === 'back' ? ['done', 'DESC'] : ['undone', 'ASC'];
    return (
      this.#database
        .prepare<[number, string], JournalStep>(
          `SELECT id, text, pictures, who, at FROM steps WHERE dataset_id = ? AND state = ? ORDER BY id ${order} LIMIT 1`,
        )
        .get(dataset, state) ?? null
    );
  }

  #picturesOf(step: number): number[] {
    return this.#database
      .prepare<[number], number>('SELECT DISTINCT picture_id FROM changes WHERE step_id = ?')
      .pluck()
      .all(step);
  }

  /** Keeps what a step says as what the person says, too. */
  #sayOwn(step: number, who: string): void {
    this.#database
      .prepare<unknown[]>(
        `INSERT INTO opinions (picture_id, field, who, value)
         SELECT picture_id, field, ?, after FROM changes WHERE step_id = ? AND is_own
         ON CONFLICT DO UPDATE SET value = excluded.value`,
      )
      .run(who, step);
  }

  #takeBackOwn(step: number, who: string): void {
    this.#database
      .prepare<unknown[]>(
        `DELETE FROM opinions WHERE who = @who AND (picture_id, field) IN
           (SELECT picture_id, field FROM changes WHERE step_id = @step AND is_own AND NOT had_own)`,
      )
      .run({ who, step });
    this.#database
      .prepare<unknown[]>(
        `INSERT INTO opinions (picture_id, field, who, value)
         SELECT picture_id, field, @who, own_before FROM changes WHERE step_id = @step AND is_own AND had_own
         ON CONFLICT DO UPDATE SET value = excluded.value`,
      )
      .run({ who, step });
  }

  #touch(dataset: number, at: string): void {
    this.#database
      .prepare<unknown[]>('UPDATE datasets SET revision = revision + 1, changed_at = ? WHERE id = ?')
      .run(at, dataset);
  }
}

/**
 * Notes what a step wants of a field, for the pictures where that is something new. The plus keeps SQLite from walking
 * through the whole data set, and through all that is wanted for each of its pictures.
 */
function recordStatement(field: PictureField): string {
  const { value, origin } = columnsOf[field];
  return `
    INSERT INTO changes (step_id, picture_id, field, before, before_origin, after, after_origin, is_own, own_before, had_own)
    SELECT @step, p.id, '${field}', ${value}, ${origin}, w.value ->> 1,
      iif(w.value ->> 1 IS NULL, NULL, w.value ->> 2), @own, o.value, o.who IS NOT NULL
    FROM json_each(@wanted) w JOIN pictures p ON p.id = w.value ->> 0 AND +p.dataset_id = @dataset
    LEFT JOIN opinions o ON o.picture_id = p.id AND o.field = '${field}' AND o.who = @who
    WHERE ${value} IS NOT w.value ->> 1
      OR ${field === 'quarantine' ? 'FALSE' : `(w.value ->> 1 IS NOT NULL AND ${origin} IS NOT w.value ->> 2)`}
      OR (@own AND (o.who IS NULL OR o.value IS NOT w.value ->> 1))
    ON CONFLICT DO NOTHING`;
}

function replayStatement(field: PictureField, side: 'before' | 'after'): string {
  const { set } = columnsOf[field];
  return `
    UPDATE pictures SET ${set(`c.${side}`, `c.${side}_origin`)}
    FROM (SELECT * FROM changes WHERE step_id = ? AND field = '${field}') c WHERE pictures.id = c.picture_id`;
}
