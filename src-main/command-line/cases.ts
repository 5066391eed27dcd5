import { everyCase, newestFirst } from '../../src-shared/contract/caseSelection.ts';
import type { CaseSummary, LatestReading } from '../../src-shared/domain/cases.ts';
import { throwIfCancelled } from '../../src-shared/errors.ts';
import { writeCaseTable } from '../calls/exportCases.ts';
import { openStore } from '../calls/openStore.ts';
import { userDataFolder } from '../calls/userDataFolder.ts';
import { exitCodes, type Command } from './Command.ts';
import { printable } from './printable.ts';
import { readArguments, resolvePath } from './readArguments.ts';
import { writeJson } from './writeJson.ts';

const options = {
  search: { type: 'string', default: '' },
  database: { type: 'string' },
  identify: { type: 'boolean', default: false },
  csv: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

const pageSize = 500;

/** `bratum cases`: what the store remembers, patients masked unless asked for. */
export const casesCommand: Command = {
  usage: 'cases [--search TEXT] [--database DIR] [--identify] [--csv FILE] [--json]',
  summary: 'Lists earlier cases; patients are masked unless --identify is given.',
  async run(args, { signal }) {
    const { values } = readArguments(args, options);
    const store = await openStore(
      values.database === undefined ? userDataFolder() : resolvePath(values.database),
    );
    try {
      if (values.csv !== undefined) {
        const selection = { search: values.search, filter: everyCase, sort: newestFirst };
        const table = { format: 'csv', isIdentified: values.identify, hasByteOrderMark: true } as const;
        const context = { signal, progress: () => undefined };
        await writeCaseTable(resolvePath(values.csv), store, selection, table, context);
      }
      const query = { search: values.search, identify: values.identify, limit: pageSize };
      const cases = [];
      for (let offset = 0, total = 1; offset < total; offset += pageSize) {
        throwIfCancelled(signal);
        const page = await store.list({ ...query, offset });
        total = page.total;
        cases.push(...page.cases);
      }
      if (values.json) writeJson({ cases: cases.map(toLine) });
      else for (const summary of cases) process.stdout.write(`${textOf(summary)}\n`);
      return exitCodes.done;
    } finally {
      await store.close();
    }
  },
};

/** One entry of `cases` in the JSON, as docs/command-line.md says. */
function toLine({
  id,
  createdAt,
  patient,
  studies,
  slices,
  analyses,
  lastClass,
  reading,
}: CaseSummary): object {
  return { id, createdAt, patient, studies, slices, analyses, lastClass, reading: readingName(reading) };
}

/** A finding's identifier; a reader who only rejected the model's class said `disagrees`. */
function readingName(reading: LatestReading | null): string | null {
  return reading === null ? null : (reading.finding ?? 'disagrees');
}

function textOf({ patient, createdAt, slices, analyses, lastClass, reading }: CaseSummary): string {
  const when = createdAt.slice(0, 16).replace('T', ' ');
  const counts = `${slices} slices, ${analyses} analyses, last ${lastClass ?? 'none'}`;
  const read = reading === null ? '' : `, read as ${readingName(reading)}`;
  return `${when}  ${printable(patient).padEnd(28)} ${counts}${read}`;
}
