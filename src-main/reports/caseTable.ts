import { stringify } from 'csv-stringify/sync';
import type { CaseSummary } from '../../src-shared/domain/cases.ts';
import { tumourClasses } from '../../src-shared/domain/tumourClass.ts';

/** One line of the table. A case has as many answers as slices, so it has a count for each class and no class. */
type CaseLine = Record<string, string | number | boolean | null>;

const columns = [
  'id',
  'patient',
  'createdAt',
  'updatedAt',
  'studies',
  'slices',
  'analyses',
  ...tumourClasses,
  'finding',
  'rejectedClass',
  'otherFinding',
  'readingScope',
  'reader',
  'readAt',
  'isBlinded',
  'agrees',
  'disagrees',
  'trashedAt',
];

function caseLine({
  classCounts,
  reading,
  agreement,
  thumbnail: _,
  lastClass: __,
  ...plain
}: CaseSummary): CaseLine {
  return {
    ...plain,
    ...classCounts,
    finding: reading?.finding ?? null,
    rejectedClass: reading?.rejectedClass ?? null,
    otherFinding: reading?.otherFinding ?? null,
    readingScope: reading?.scope ?? null,
    reader: reading?.reader ?? null,
    readAt: reading?.createdAt ?? null,
    isBlinded: reading?.isBlinded ?? null,
    ...agreement,
  };
}

/**
 * Cases as comma-separated values (RFC 4180: CRLF, a header, quotes where needed). A text that a spreadsheet would
 * calculate (one that begins with =, +, -, @, a tab or a carriage return, or their full-width forms) gets an apostrophe
 * in front: a patient's name comes from a file that anybody may have written.
 *
 * @param hasByteOrderMark - Excel takes a file without one for something else than UTF-8
 */
export async function* csvOfCases(
  pages: AsyncIterable<readonly CaseSummary[]>,
  { hasByteOrderMark }: { hasByteOrderMark: boolean },
): AsyncGenerator<string> {
  const format = {
    columns,
    record_delimiter: 'windows',
    escape_formulas: true,
    cast: { boolean: (value: boolean) => String(value) },
  } as const;
  yield stringify([], { ...format, header: true, bom: hasByteOrderMark });
  for await (const cases of pages) yield stringify(cases.map(caseLine), format);
}

/** Cases as one JSON document, `{ "cases": […] }`, one case a line. */
export async function* jsonOfCases(pages: AsyncIterable<readonly CaseSummary[]>): AsyncGenerator<string> {
  yield '{ "cases": [';
  let separator = '\n';
  for await (const cases of pages)
    for (const one of cases) {
      yield `${separator}${JSON.stringify(withoutHandles(one))}`;
      separator = ',\n';
    }
  yield '\n] }\n';
}

/** A handle means nothing outside, and the newest class of one slice is not the case's. */
function withoutHandles({ thumbnail: _, lastClass: __, ...shown }: CaseSummary): object {
  return shown;
}
