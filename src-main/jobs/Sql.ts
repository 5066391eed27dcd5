/** A value that both databases bind and give back as it was: booleans are 0 and 1, times milliseconds. */
export type SqlValue = string | number | null;

export type SqlRow = Record<string, SqlValue>;

/** One statement of a transaction; `$1` is the first value. */
export interface SqlStatement {
  sql: string;
  values: readonly SqlValue[];
}

/**
 * A database that the jobs are kept in. What is written here is the SQL that SQLite and PostgreSQL share, so that one
 * store serves both.
 */
export interface Sql {
  /**
   * Carries out statements, all of them or none; once this returns they are on the disk. Where a connection is lost they
   * may be carried out again, so the second time must change nothing.
   *
   * @returns the rows of each statement
   * @throws UserError 'store-…', 'disk-full', 'fleet-store-unreachable'
   */
  atomically(statements: readonly SqlStatement[]): Promise<SqlRow[][]>;
  close(): Promise<void>;
}

/** A statement with its values in order. */
export function statement(sql: string, ...values: SqlValue[]): SqlStatement {
  return { sql, values };
}
