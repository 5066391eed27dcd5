import type { ParsedInput } from '../../src-shared/contract/calls.ts';
import { everyCase, newestFirst, type CaseSelection } from '../../src-shared/contract/caseSelection.ts';
import type { DeliveredFile } from '../../src-shared/contract/delivery.ts';
import type { CaseSummary } from '../../src-shared/domain/cases.ts';
import { throwIfCancelled } from '../../src-shared/errors.ts';
import type { CaseStore } from '../cases/CaseStore.ts';
import { csvOfCases, jsonOfCases } from '../reports/caseTable.ts';
import { writeDurably } from '../storage/writeDurably.ts';
import { deliverFile } from './deliverFile.ts';
import type { JobContext } from './Jobs.ts';
import type { Parts } from './Parts.ts';

const pageSize = 500;

type Request = ParsedInput<'exportCases'>;
type Table = Pick<Request, 'format' | 'isIdentified' | 'hasByteOrderMark'>;

/** Hands the table of cases to the person. @throws UserError as `deliverFile` */
export function exportCases(
  request: Request,
  { host, store }: Pick<Parts, 'host' | 'store'>,
  context: Pick<JobContext, 'signal' | 'progress'>,
): Promise<DeliveredFile> {
  const { cases } = request;
  const name = `cases ${new Date().toISOString().slice(0, 10)}.${request.format}`;
  return deliverFile(host, name, (path) => {
    const pages =
      'selection' in cases
        ? pagesOf(store, cases.selection, request, context)
        : markedPages(store, cases.ids, request, context);
    return writeTable(path, pages, request);
  });
}

/** Writes the table of a selection to a file. @throws UserError 'disk-full', 'folder-unwritable', 'cancelled' */
export function writeCaseTable(
  path: string,
  store: CaseStore,
  selection: CaseSelection,
  table: Table,
  context: Pick<JobContext, 'signal' | 'progress'>,
): Promise<void> {
  return writeTable(path, pagesOf(store, selection, table, context), table);
}

function writeTable(
  path: string,
  pages: AsyncIterable<readonly CaseSummary[]>,
  { format, hasByteOrderMark }: Table,
): Promise<void> {
  return writeDurably(path, format === 'csv' ? csvOfCases(pages, { hasByteOrderMark }) : jsonOfCases(pages));
}

async function* pagesOf(
  store: CaseStore,
  selection: CaseSelection,
  { isIdentified }: Table,
  { signal, progress }: Pick<JobContext, 'signal' | 'progress'>,
): AsyncGenerator<CaseSummary[]> {
  for (let offset = 0, total = 1; offset < total; offset += pageSize) {
    throwIfCancelled(signal);
    const page = await store.list({ ...selection, offset, limit: pageSize, identify: isIdentified });
    total = page.total;
    yield page.cases;
    progress(Math.min(offset + pageSize, total), total);
  }
}

/** The marked ones of all cases: reading the whole list is quicker than opening each. */
async function* markedPages(
  store: CaseStore,
  ids: readonly string[],
  table: Table,
  context: Pick<JobContext, 'signal' | 'progress'>,
): AsyncGenerator<CaseSummary[]> {
  const missing = new Set(ids);
  for (const isTrashed of [false, true]) {
    const selection = { search: '', filter: { ...everyCase, isTrashed }, sort: newestFirst };
    for await (const page of pagesOf(store, selection, table, context)) {
      yield page.filter(({ id }) => missing.delete(id));
      if (missing.size === 0) return;
    }
  }
}
