import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { CaseQuery, CaseStore } from '../../src-main/cases/CaseStore.ts';
import { openCaseStore } from '../../src-main/cases/openCaseStore.ts';
import { migrations } from '../../src-main/storage/migrations.ts';
import { openDatabase } from '../../src-main/storage/openDatabase.ts';
import { everyCase, newestFirst } from '../../src-shared/contract/caseSelection.ts';
import type { Measurement } from './Measurement.ts';
import { writeSyntheticCases } from './syntheticCases.ts';

/** 100,000 unless the environment asks for fewer, to try the benchmark itself. */
const caseCount = Number(process.env['BRATUM_BENCH_CASES'] ?? 100_000);
const pageSize = 100;
const rounds = 15;

/** A request to the store, and the shortest SQL that answers it from the same rows. */
interface Request {
  name: string;
  query: Partial<CaseQuery>;
  /** Statements whose rows are all fetched; `page` stands for the page's limit and offset. */
  bare: { count: string; page: string; values: (string | number)[] };
}

const shown = 'trashed_at IS NULL';
const found = (words: number): string =>
  Array<string>(words)
    .fill('SELECT case_id FROM search JOIN search_entries e ON e.id = search.rowid WHERE search MATCH ?')
    .join(' INTERSECT ');

/** `count(*)` and the page, by hand. */
function select(where: string, order: string, values: (string | number)[] = []): Request['bare'] {
  return {
    count: `SELECT count(*) FROM cases WHERE ${where}`,
    page: `SELECT * FROM cases WHERE ${where} ORDER BY ${order} LIMIT ? OFFSET ?`,
    values,
  };
}

const newest = 'updated_at DESC, id DESC';

const requests: Request[] = [
  { name: 'list, first page', query: {}, bare: select(shown, newest) },
  { name: 'list, last page', query: { offset: caseCount - pageSize }, bare: select(shown, newest) },
  {
    name: 'list by patient, middle page',
    query: { sort: { by: 'patient', direction: 'ascending' }, offset: caseCount / 2 },
    bare: select(shown, 'sort_name, id'),
  },
  {
    name: 'search for one patient',
    query: { search: 'hana 47' },
    bare: select(`${shown} AND id IN (${found(2)})`, newest, ['"hana"*', '"47"*']),
  },
  {
    name: 'search that finds an eighth',
    query: { search: 'dvorak' },
    bare: select(`${shown} AND +id IN (${found(1)})`, newest, ['"dvorak"*']),
  },
  {
    name: 'search by two words that finds a fifth',
    query: { search: 'schadel mprage' },
    bare: select(`${shown} AND +id IN (${found(2)})`, newest, ['"schadel"*', '"mprage"*']),
  },
  {
    name: 'filter: disagreement',
    query: { filter: { ...everyCase, agreement: 'disagrees' } },
    bare: select(`${shown} AND disagreeing_slices > 0`, newest),
  },
  {
    name: 'filter: class, model, year of study',
    query: {
      filter: {
        ...everyCase,
        classes: ['glioma_tumor'],
        models: ['axial'],
        date: { of: 'study', from: '2020-01-01', to: '2020-12-31' },
      },
    },
    bare: select(
      `${shown} AND glioma_slices > 0 AND id IN (SELECT case_id FROM case_models WHERE model = ?)
       AND id IN (SELECT case_id FROM studies WHERE study_date BETWEEN ? AND ?)`,
      newest,
      ['axial', '20200101', '20201231'],
    ),
  },
];

/**
 * List, search and filters over the cases, each with its total and one page, compared with bare SQLite: the shortest
 * statements that answer the same question from the same rows, prepared once, on a connection of their own. CPU time of
 * this process, the median of fifteen alternating rounds, since other programs share the machine.
 */
export async function benchCases(): Promise<Measurement[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bratum-bench-cases-'));
  try {
    const file = join(folder, 'cases.db');
    const database = await openDatabase(file, migrations);
    database.prepare('PRAGMA synchronous = OFF').run();
    const startedAt = performance.now();
    writeSyntheticCases(database, caseCount);
    database.close();
    const megabytes = ((await stat(file)).size / 1e6).toFixed(0);
    console.error(
      `${caseCount} cases in ${megabytes} MB, written in ${((performance.now() - startedAt) / 1000).toFixed(0)} s.`,
    );
    const store = await openCaseStore(folder);
    const bare = new Sqlite(file, { readonly: true });
    try {
      const measured: Measurement[] = [];
      for (const request of requests) measured.push(await compare(request, store, bare));
      return [...measured, ...(await inform(store))];
    } finally {
      bare.close();
      await store.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compare(
  { name, query, bare }: Request,
  store: CaseStore,
  sqlite: Sqlite.Database,
): Promise<Measurement> {
  const whole = { search: '', offset: 0, limit: pageSize, identify: true, ...query };
  const [count, page] = [sqlite.prepare(bare.count), sqlite.prepare(bare.page)];
  const expected = await store.list(whole);
  const total = count.pluck().get(...bare.values);
  if (total !== expected.total)
    throw new Error(`${name}: ${expected.total} cases, bare SQLite finds ${String(total)}`);
  const [own, reference]: number[][] = [[], []];
  for (let round = 0; round < rounds; round++) {
    own!.push(await cpuOf(() => store.list(whole)));
    reference!.push(
      await cpuOf(() => {
        count.get(...bare.values);
        page.all(...bare.values, pageSize, whole.offset);
      }),
    );
  }
  return measurement(`${name} (${expected.total} found)`, median(own!), median(reference!));
}

/** What has no counterpart of one statement. */
async function inform(store: CaseStore): Promise<Measurement[]> {
  const selection = { search: '', filter: everyCase, sort: newestFirst };
  const statistics = { isBlindedOnly: false, reader: null, model: null };
  const works: [string, () => Promise<unknown>][] = [
    ['open a case', () => store.open('50')],
    ['every id of the list', () => store.listIds(selection)],
    ['values of the filters', () => store.listFacets()],
    ['statistics, every tenth case read', () => store.readStatistics(statistics)],
    ['erase one case for good', () => eraseOne(store)],
  ];
  const measured: Measurement[] = [];
  for (const [name, work] of works) measured.push(measurement(name, await cpuOf(work), null));
  return measured;
}

async function eraseOne(store: CaseStore): Promise<void> {
  await store.trash(['77']);
  await store.erase(['77']);
}

/** Processor milliseconds of this process. */
async function cpuOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function measurement(name: string, value: number, reference: number | null): Measurement {
  return {
    name,
    value,
    unit: 'ms',
    limitName: reference === null ? null : 'bare SQLite, same rows',
    limitValue: reference,
    ratio: reference === null ? null : value / reference,
    peakRssMb: process.resourceUsage().maxRSS / 1024,
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}
