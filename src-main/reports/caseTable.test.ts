import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import type { CaseSummary } from '../../src-shared/domain/cases.ts';
import { csvOfCases, jsonOfCases } from './caseTable.ts';

function inventedCase(id: number, changes: Partial<CaseSummary> = {}): CaseSummary {
  return {
    id: String(id),
    createdAt: '2026-01-02T03:04:05.000Z',
    updatedAt: '2026-01-03T03:04:05.000Z',
    patient: `Patient ${id}`,
    studies: 2,
    slices: 15,
    analyses: 17,
    lastClass: 'glioma_tumor',
    classCounts: { glioma_tumor: 12, meningioma_tumor: 0, no_tumor: 3, pituitary_tumor: 0 },
    reading: null,
    agreement: { agrees: 0, disagrees: 0 },
    trashedAt: null,
    thumbnail: 'stored:1',
    ...changes,
  };
}

const read: CaseSummary['reading'] = {
  finding: 'other',
  rejectedClass: null,
  otherFinding: 'abscess, "ring"\nenhancing',
  scope: 'series',
  reader: 'Dr. Ö',
  createdAt: '2026-01-04T00:00:00.000Z',
  isBlinded: true,
};

async function* pagesOf(...pages: CaseSummary[][]) {
  yield* await Promise.resolve(pages);
}

async function textOf(parts: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const part of parts) text += part;
  return text;
}

const csv = (...pages: CaseSummary[][]) => textOf(csvOfCases(pagesOf(...pages), { hasByteOrderMark: false }));

describe('csvOfCases', () => {
  it('writes a header once, CRLF, and what a reader of CSV reads back', async () => {
    const text = await csv([inventedCase(1, { reading: read })], [inventedCase(2)]);
    expect(text.split('\r\n')).toHaveLength(4);
    const [first, second, ...more] = parse<Record<string, string>>(text, { columns: true });
    expect(more).toEqual([]);
    expect(first).toMatchObject({
      id: '1',
      glioma_tumor: '12',
      no_tumor: '3',
      finding: 'other',
      otherFinding: 'abscess, "ring"\nenhancing',
      reader: 'Dr. Ö',
      isBlinded: 'true',
    });
    expect(second).toMatchObject({ id: '2', finding: '', isBlinded: '', trashedAt: '' });
  });

  it('gives no class to a case as a whole', async () => {
    expect((await csv([inventedCase(1)])).split('\r\n')[0]?.split(',')).not.toContain('lastClass');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1', '=HYPERLINK("http://x","y")'])(
    'keeps a spreadsheet from calculating %j, wherever it stands',
    async (text) => {
      const hostile = inventedCase(1, {
        patient: text,
        reading: { ...read, otherFinding: text, reader: text },
      });
      const [line] = parse<Record<string, string>>(await csv([hostile]), { columns: true });
      for (const column of ['patient', 'otherFinding', 'reader']) expect(line?.[column]).toBe(`'${text}`);
    },
  );

  it('begins with the byte order mark where that is asked for', async () => {
    const text = await textOf(csvOfCases(pagesOf([]), { hasByteOrderMark: true }));
    expect([...Buffer.from(text).subarray(0, 5)]).toEqual([0xef, 0xbb, 0xbf, 0x69, 0x64]);
    expect((await csv()).startsWith('id,')).toBe(true);
  });
});

describe('jsonOfCases', () => {
  it('is one document, empty or not', async () => {
    expect(JSON.parse(await textOf(jsonOfCases(pagesOf())))).toEqual({ cases: [] });
    const text = await textOf(jsonOfCases(pagesOf([inventedCase(1)], [inventedCase(2, { reading: read })])));
    const { cases } = JSON.parse(text) as { cases: object[] };
    expect(cases).toHaveLength(2);
    expect(cases[1]).toMatchObject({ id: '2', reading: read, classCounts: { glioma_tumor: 12 } });
    expect(cases[1]).not.toHaveProperty('lastClass');
    expect(cases[1]).not.toHaveProperty('thumbnail');
  });
});
