import { hash } from 'node:crypto';
import type { ModelSet } from '../../src-shared/domain/jobs.ts';
import { UserError } from '../../src-shared/errors.ts';
import { statement, type Sql } from './Sql.ts';

/** Bytes in one row; neither database is asked to hold a model in one value. */
const bytesInPart = 2 ** 19;

/** A file of a model folder. */
export interface ShelfFile {
  name: string;
  bytes: Uint8Array;
}

/** The tables of the shelf, oldest statement first. @param suffix - behind every table */
export function shelfSchema({ number, suffix }: { number: string; suffix: string }): string[] {
  return [
    `CREATE TABLE model_sets (
      model_set TEXT NOT NULL, slot TEXT NOT NULL, name TEXT NOT NULL, fingerprint TEXT NOT NULL,
      PRIMARY KEY (model_set, slot)
    ) ${suffix}`,
    `CREATE TABLE model_files (
      fingerprint TEXT NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL, part ${number} NOT NULL,
      content TEXT NOT NULL,
      PRIMARY KEY (fingerprint, name, part)
    ) ${suffix}`,
  ];
}

/**
 * The models of submissions, in the store beside their jobs: whoever carries a job out and does not have its models fetches
 * them by fingerprint. Files are kept once for each fingerprint, whatever a model is called.
 */
export class ModelShelf {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Puts what is missing of a set on the shelf. @param filesOf - of a model, by its fingerprint */
  async put(set: ModelSet, filesOf: (fingerprint: string) => Promise<ShelfFile[]>): Promise<void> {
    for (const fingerprint of new Set(set.members.map((member) => member.fingerprint)))
      if (!(await this.#has(fingerprint))) await this.#putFiles(fingerprint, await filesOf(fingerprint));
    await this.#sql.atomically(
      set.members.map(({ slot, name, fingerprint }) =>
        statement(
          `INSERT INTO model_sets (model_set, slot, name, fingerprint) VALUES ($1, $2, $3, $4)
           ON CONFLICT (model_set, slot) DO NOTHING`,
          ...[set.fingerprint, slot, name, fingerprint],
        ),
      ),
    );
  }

  /** The members of a set; null where it was never put here. */
  async find(modelSet: string): Promise<ModelSet | null> {
    const [rows = []] = await this.#sql.atomically([
      statement('SELECT slot, name, fingerprint FROM model_sets WHERE model_set = $1', modelSet),
    ]);
    if (rows.length === 0) return null;
    const members = rows.map((row) => ({
      slot: String(row['slot']),
      name: String(row['name']),
      fingerprint: String(row['fingerprint']),
    }));
    return { fingerprint: modelSet, members };
  }

  /** The files of a model. @throws UserError 'model-damaged' where one is not what was put there */
  async take(fingerprint: string): Promise<ShelfFile[]> {
    const [rows = []] = await this.#sql.atomically([
      statement(
        'SELECT name, sha256, part, content FROM model_files WHERE fingerprint = $1 ORDER BY name, part',
        fingerprint,
      ),
    ]);
    return [...Map.groupBy(rows, (row) => String(row['name']))].map(([name, parts]) => {
      const bytes = Buffer.concat(parts.map(({ content }) => Buffer.from(String(content), 'base64')));
      if (hash('sha256', bytes, 'hex') !== parts[0]?.['sha256'])
        throw new UserError('model-damaged', {
          model: fingerprint.slice(0, 12),
          reason: `Its ${name} came damaged out of the fleet’s store.`,
        });
      return { name, bytes };
    });
  }

  async #has(fingerprint: string): Promise<boolean> {
    const [rows = []] = await this.#sql.atomically([
      statement('SELECT name FROM model_files WHERE fingerprint = $1 LIMIT 1', fingerprint),
    ]);
    return rows.length > 0;
  }

  /** All files of a model, or none: whoever sees one may take all. */
  async #putFiles(fingerprint: string, files: readonly ShelfFile[]): Promise<void> {
    const rows = files.flatMap(({ name, bytes }) =>
      Array.from({ length: Math.max(1, Math.ceil(bytes.length / bytesInPart)) }, (_, part) => [
        ...[fingerprint, name, hash('sha256', bytes, 'hex'), part],
        Buffer.from(bytes.subarray(part * bytesInPart, (part + 1) * bytesInPart)).toString('base64'),
      ]),
    );
    await this.#sql.atomically(
      rows.map((row) =>
        statement(
          `INSERT INTO model_files (fingerprint, name, sha256, part, content) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (fingerprint, name, part) DO NOTHING`,
          ...row,
        ),
      ),
    );
  }
}
