import {
  everyCase,
  newestFirst,
  type CaseSelection,
  type CaseSort,
} from '../../src-shared/contract/caseSelection.ts';
import type { CaseFacets, CaseSummary } from '../../src-shared/domain/cases.ts';
import type { Database, Statement } from '../storage/Database.ts';
import { caseConditions, type Conditions } from './caseConditions.ts';
import type { CaseQuery } from './CaseStore.ts';
import { caseSource, caseSummary, type CaseRow } from './caseRow.ts';

type Value = string | number;

/** Where walking in order begins to be cheaper than sorting; measured with 100,000 cases, where it matters. */
const manyCases = 5_000;

/** As many ids as are given at once. */
const mostIds = 100_000;

/** Statements that are kept; a person tries few combinations of filters. */
const keptStatements = 100;

const sortColumns: Record<CaseSort['by'], string> = {
  updated: 'updated_at',
  created: 'created_at',
  patient: 'sort_name',
  class: 'leading_class',
  slices: 'slice_count',
};

/** The list of cases: any part of it, in any of its orders; the caller holds a read transaction. */
export class CaseList {
  readonly #database: Database;
  readonly #statements = new Map<string, Statement<Value[], unknown>>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** One page of a selection, and how many cases there are in all. */
  list({ offset, limit, identify, ...selection }: CaseQuery): { cases: CaseSummary[]; total: number } {
    const { search, filter = everyCase, sort = newestFirst } = selection;
    const conditions = caseConditions({ search, filter });
    const total = this.#count(conditions);
    // The page is chosen by ids first: an order that an index has is then walked without reading any case before it.
    const rows = this.#prepare<CaseRow>(
      `
      SELECT ${caseSource} WHERE c.id IN (${idsInOrder(conditions, sort, total)}) ${orderBy(sort)}`,
    ).all(...conditions.parameters, limit, offset);
    return { cases: rows.map((row) => caseSummary(row, { identify })), total };
  }

  /** Every id of a selection in its order. */
  listIds({ search, filter, sort }: CaseSelection): string[] {
    const conditions = caseConditions({ search, filter });
    const rows = this.#prepare<{ id: number }>(idsInOrder(conditions, sort, mostIds));
    return rows.all(...conditions.parameters, mostIds, 0).map(({ id }) => String(id));
  }

  /** The values that filters can take. */
  facets(): CaseFacets {
    const texts = (column: string, table: string) =>
      this.#prepare<{ text: string }>(`SELECT DISTINCT ${column} AS text FROM ${table} ORDER BY 1`)
        .all()
        .map(({ text }) => text);
    return {
      models: texts('model', 'case_models'),
      readers: texts('reader', 'readings'),
      cases: this.#count(caseConditions({ search: '', filter: everyCase })),
      trashed: this.#count(caseConditions({ search: '', filter: { ...everyCase, isTrashed: true } })),
    };
  }

  #count({ sql, parameters }: Conditions): number {
    const count = this.#prepare<{ total: number }>(`SELECT count(*) AS total FROM cases c WHERE ${sql}`);
    return count.get(...parameters)?.total ?? 0;
  }

  #prepare<Row>(sql: string): Statement<Value[], Row> {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      if (this.#statements.size >= keptStatements) this.#statements.clear();
      statement = this.#database.prepare<Value[], unknown>(sql);
      this.#statements.set(sql, statement);
    }
    return statement as Statement<Value[], Row>;
  }
}

/**
 * A query for ids. For few cases it finds them, then sorts them; for many it walks the order and stops when the page is
 * full: the plus keeps SQLite from looking up every case found (https://sqlite.org/optoverview.html#uplus).
 */
function idsInOrder({ sql }: Conditions, sort: CaseSort, total: number): string {
  const conditions = total < manyCases ? sql : sql.replaceAll('c.id IN', '+c.id IN');
  return `SELECT c.id FROM cases c WHERE ${conditions} ${orderBy(sort)} LIMIT ? OFFSET ?`;
}

function orderBy({ by, direction }: CaseSort): string {
  const way = direction === 'ascending' ? 'ASC' : 'DESC';
  return `ORDER BY c.${sortColumns[by]} ${way}, c.id ${way}`;
}
