import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { UserError } from '../../../src-shared/errors.ts';
import { shelfSchema } from '../ModelShelf.ts';
import { jobAdditions, jobSchema } from '../jobSchema.ts';
import type { Sql, SqlRow, SqlStatement } from '../Sql.ts';

/** How long statements wait for a server that is gone; at the first one nobody waits long. */
const patienceMs = { start: 5_000, later: 120_000 };

/**
 * Counts are `bigint` (20), which pg gives as text because it may exceed a double; ours never do. Set for the process,
 * since nobody else in it uses pg.
 */
pg.types.setTypeParser(20, Number);

/** PostgreSQL as the store of results: statements wait for a server that is restarted, and are carried out again. */
export class PostgresSql implements Sql {
  readonly #pool: pg.Pool;
  #isClosed = false;

  private constructor(address: string) {
    this.#pool = new pg.Pool({
      ...{ connectionString: address, max: 4, connectionTimeoutMillis: 5_000 },
      ...{ keepAlive: true, application_name: 'bratum' },
    });
    // A connection that dies while it is idle; the next statement takes another.
    this.#pool.on('error', () => undefined);
  }

  /** Opens a store, making its tables where there are none. @throws UserError 'fleet-store-unreachable' */
  static async open(address: string): Promise<PostgresSql> {
    const sql = new PostgresSql(address);
    const dialect = { number: 'DOUBLE PRECISION', suffix: '' };
    const schema = [...jobSchema(dialect), ...shelfSchema(dialect), ...Object.values(jobAdditions)];
    try {
      // One at a time: two workers may be the first.
      const [, known] = await sql.#persist(patienceMs.start, [
        { sql: 'SELECT pg_advisory_xact_lock(20261127)', values: [] },
        { sql: `SELECT to_regclass('${Object.keys(jobAdditions).at(-1)}')::text AS name`, values: [] },
      ]);
      if (known?.[0]?.['name'] === null) await sql.#makeTables(schema);
      return sql;
    } catch (error) {
      await sql.close();
      throw error;
    }
  }

  atomically(statements: readonly SqlStatement[]): Promise<SqlRow[][]> {
    return this.#persist(patienceMs.later, statements);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#pool.end();
  }

  async #makeTables(schema: readonly string[]): Promise<void> {
    // PostgreSQL rolls tables back as well, so whoever comes second finds all of them.
    const guarded = schema.map((text) => text.replace(/^CREATE (TABLE|INDEX) /, 'CREATE $1 IF NOT EXISTS '));
    await this.#persist(patienceMs.start, [
      { sql: 'SELECT pg_advisory_xact_lock(20261127)', values: [] },
      ...guarded.map((text) => ({ sql: text, values: [] })),
    ]);
  }

  async #persist(patience: number, statements: readonly SqlStatement[]): Promise<SqlRow[][]> {
    const startedAt = performance.now();
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#run(statements);
      } catch (error) {
        if (!isPassing(error)) throw error;
        if (this.#isClosed || performance.now() - startedAt > patience)
          throw new UserError('fleet-store-unreachable', {}, { cause: error });
        await wait(Math.min(2_000, 50 * 2 ** attempt) * (0.5 + Math.random() / 2));
      }
    }
  }

  async #run(statements: readonly SqlStatement[]): Promise<SqlRow[][]> {
    const client = await this.#pool.connect();
    let failure: Error | undefined;
    const onLost = (error: Error): void => void (failure = error);
    client.on('error', onLost);
    try {
      const [only] = statements;
      if (statements.length === 1 && only !== undefined) return [await rowsOf(client, only)];
      await client.query('BEGIN');
      const results: SqlRow[][] = [];
      for (const one of statements) results.push(await rowsOf(client, one));
      await client.query('COMMIT');
      return results;
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
      throw error;
    } finally {
      client.off('error', onLost);
      // One that failed may be in the middle of a transaction: it is not used again.
      client.release(failure);
    }
  }
}

async function rowsOf(client: pg.PoolClient, { sql, values }: SqlStatement): Promise<SqlRow[]> {
  const { rows } = await client.query<SqlRow>({ name: nameOf(sql), text: sql, values: [...values] });
  return rows;
}

const names = new Map<string, string>();

/** A statement with a name is parsed once for each connection. There are few: for each number of rows one at most. */
function nameOf(sql: string): string {
  const name = names.get(sql) ?? `s${names.size}`;
  names.set(sql, name);
  return name;
}

/**
 * True for what another attempt may get over: a server that is away, starting or stopping (classes 08 and 57P, and the
 * system's own codes), too many connections, and two transactions in each other's way.
 */
function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return (
    /^(08|57P|53300|40001|40P01|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|ENOENT)/.test(code) ||
    /terminated|timeout exceeded|not queryable/i.test(error.message) ||
    error instanceof AggregateError
  );
}
