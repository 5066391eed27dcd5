import type { TumourClass } from '../../../src-shared/domain/tumourClass.ts';
import type { Database } from '../../storage/Database.ts';
import type { LabelledAnswer } from '../hygiene/doubtLabels.ts';

/** What one model said of one picture that it was not trained on. */
export interface UnseenAnswer {
  picture: number;
  /** Of the bytes that were looked at. */
  fileHash: string;
  model: string;
  fingerprint: string;
  /** In the order of `tumourClasses`. */
  probabilities: Float32Array<ArrayBuffer>;
}

interface StoredAnswer {
  id: number;
  class: TumourClass;
  model: string;
  probabilities: Uint8Array;
}

/** Keeps the answers of models that have not seen the pictures, so that each is asked once. */
export class AnswerTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Pictures that a model, by its fingerprint, has answered for as they are now. */
  answeredBy(dataset: number, fingerprint: string): Set<number> {
    const ids = this.#database.read(() =>
      this.#database
        .prepare<[unknown], number>(
          `SELECT p.id FROM pictures p JOIN answers a ON a.picture_id = p.id AND a.fingerprint = @fingerprint
           WHERE p.dataset_id = @dataset AND a.file_hash = p.file_hash`,
        )
        .pluck()
        .all({ dataset, fingerprint }),
    );
    return new Set(ids);
  }

  keep(answers: readonly UnseenAnswer[]): void {
    const statement = this.#database.prepare<[unknown]>(
      `INSERT OR REPLACE INTO answers (picture_id, fingerprint, model, file_hash, probabilities)
       VALUES (@picture, @fingerprint, @model, @fileHash, @probabilities)`,
    );
    this.#database.write(() => {
      for (const { probabilities, ...answer } of answers)
        statement.run({ ...answer, probabilities: new Uint8Array(probabilities.buffer) });
    });
  }

  /** The mean answer for every picture outside quarantine that has a class now. */
  labelled(dataset: number): LabelledAnswer[] {
    const rows = this.#database.read(() =>
      this.#database
        .prepare<[number], StoredAnswer>(
          `SELECT p.id, p.class, a.model, a.probabilities
           FROM pictures p JOIN answers a ON a.picture_id = p.id AND a.file_hash = p.file_hash
           WHERE p.dataset_id = ? AND p.class IS NOT NULL AND p.is_quarantined = 0 ORDER BY p.id, a.model, a.fingerprint`,
        )
        .all(dataset),
    );
    const byPicture = Map.groupBy(rows, ({ id }) => id);
    return [...byPicture].map(([id, answers]) => {
      const each = answers.map(
        ({ probabilities }) => new Float32Array(Uint8Array.from(probabilities).buffer),
      );
      const mean = Array.from(each[0]!, (_, c) => each.reduce((sum, p) => sum + p[c]!, 0) / each.length);
      return {
        id,
        label: answers[0]!.class,
        probabilities: mean,
        models: [...new Set(answers.map(({ model }) => model))],
      };
    });
  }
}
