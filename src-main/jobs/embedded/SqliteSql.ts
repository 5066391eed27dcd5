import { join } from 'node:path';
import type { Database, Statement } from '../../storage/Database.ts';
import { openDatabase } from '../../storage/openDatabase.ts';
import { shelfSchema } from '../ModelShelf.ts';
import { jobAdditions, jobSchema } from '../jobSchema.ts';
import type { Sql, SqlRow, SqlStatement, SqlValue } from '../Sql.ts';

type Prepared = Statement<Record<string, SqlValue>[], SqlRow>;

/** The embedded database: `jobs.db` in the folder of the case store. */
export class SqliteSql implements Sql {
  readonly #database: Database;
  readonly #prepared = new Map<string, Prepared>();

  private constructor(database: Database) {
    this.#database = database;
  }

  /** @throws UserError 'store-…', 'disk-full', 'component-missing' */
  static async open(folder: string): Promise<SqliteSql> {
    const dialect = { number: 'REAL', suffix: 'STRICT' };
    const migrations = [
      { name: 'jobs', sql: jobSchema(dialect).join(';\n') },
      { name: 'models', sql: shelfSchema(dialect).join(';\n') },
      { name: 'chunks-by-worker', sql: jobAdditions.chunks_by_worker },
    ];
    return new SqliteSql(await openDatabase(join(folder, 'jobs.db'), migrations));
  }

  atomically(statements: readonly SqlStatement[]): Promise<SqlRow[][]> {
    // What throws in here rejects.
    return new Promise((resolve) =>
      resolve(this.#database.write(() => statements.map((one) => this.#run(one)))),
    );
  }

  close(): Promise<void> {
    this.#database.close();
    return Promise.resolve();
  }

  #run({ sql, values }: SqlStatement): SqlRow[] {
    let prepared = this.#prepared.get(sql);
    if (prepared === undefined) {
      prepared = this.#database.prepare<Record<string, SqlValue>[], SqlRow>(sql);
      this.#prepared.set(sql, prepared);
    }
    const named = values.length === 0 ? [] : [Object.fromEntries(values.map((value, i) => [i + 1, value]))];
    if (prepared.reader) return prepared.all(...named);
    prepared.run(...named);
    return [];
  }
}
