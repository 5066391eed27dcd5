import type { CaseSummary } from '../../src-shared/domain/cases.ts';
import type { Database, Statement } from '../storage/Database.ts';
import type { CaseQuery } from './CaseStore.ts';
import { caseSummary, type CaseRow } from './caseRow.ts';
import { searchPhrases } from './searchPhrases.ts';

interface Queries {
  count: Statement<string[], { total: number }>;
  /** For few cases: finds them, then sorts them. */
  sorted: Statement<(string | number)[], CaseRow>;
  /** For many: walks all cases in order and stops when the page is full. */
  walked: Statement<(string | number)[], CaseRow>;
}

/** Where walking begins to be cheaper than sorting; measured with 100,000 cases, where it matters. */
const manyCases = 5_000;

const newestFirst = 'ORDER BY updated_at DESC, id DESC LIMIT ? OFFSET ?';

/** Cases by the time of their newest analysis, newest first; the caller holds a read transaction. */
export class CaseList {
  readonly #database: Database;
  /** By the number of words searched for. */
  readonly #queries = new Map<number, Queries>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** One page of the cases that have every word of the search, and how many there are in all. */
  list({ search, offset, limit, identify }: CaseQuery): { cases: CaseSummary[]; total: number } {
    const phrases = searchPhrases(search);
    const { count, sorted, walked } = this.#queriesFor(phrases.length);
    const total = count.get(...phrases)?.total ?? 0;
    const page = (total < manyCases ? sorted : walked).all(...phrases, limit, offset);
    return { cases: page.map((row) => caseSummary(row, { identify })), total };
  }

  #queriesFor(words: number): Queries {
    const known = this.#queries.get(words);
    if (known !== undefined) return known;
    const queries = words === 0 ? this.#prepareAll() : this.#prepareSearch(words);
    this.#queries.set(words, queries);
    return queries;
  }

  #prepareAll(): Queries {
    const page: Queries['sorted'] = this.#database.prepare(`SELECT * FROM cases ${newestFirst}`);
    const count: Queries['count'] = this.#database.prepare('SELECT count(*) AS total FROM cases');
    return { count, sorted: page, walked: page };
  }

  /** The words of a case lie in several index entries, so each word is looked up by itself. */
  #prepareSearch(words: number): Queries {
    const found = Array<string>(words)
      .fill('SELECT case_id FROM search JOIN search_entries e ON e.id = search.rowid WHERE search MATCH ?')
      .join(' INTERSECT ');
    return {
      count: this.#database.prepare(`SELECT count(DISTINCT case_id) AS total FROM (${found})`),
      sorted: this.#database.prepare(`SELECT * FROM cases WHERE id IN (${found}) ${newestFirst}`),
      // The plus keeps SQLite from looking up every case found (https://sqlite.org/optoverview.html#uplus).
      walked: this.#database.prepare(`SELECT * FROM cases WHERE +id IN (${found}) ${newestFirst}`),
    };
  }
}
