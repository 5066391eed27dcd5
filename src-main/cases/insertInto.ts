import type { Database, Statement } from '../storage/Database.ts';

/** A statement that inserts a row given by column name. Names come from the code, never from input. */
export function insertInto<Row extends object>(
  database: Database,
  table: string,
  columns: readonly (keyof Row & string)[],
): Statement<[Row], never> {
  const values = columns.map((column) => `@${column}`);
  return database.prepare(`INSERT INTO ${table} (${columns.join()}) VALUES (${values.join()})`);
}
