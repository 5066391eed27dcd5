import { getDocument, OPS, type PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { afterEach, describe, expect, it } from 'vitest';
import { inventedCase, inventedSlice, secrets, shippedCard } from '../../tests/fixtures/inventedCase.ts';
import type { ModelCard } from '../../src-shared/domain/modelCard.ts';
import { plainPicture, type Slice } from '../../src-shared/domain/slice.ts';
import type { CaseReport } from './CaseReport.ts';
import { answeredSlices, chooseTellingSlices } from './chooseTellingSlices.ts';
import { describeCase } from './describeCase.ts';
import { drawSlice } from './drawSlice.ts';
import { htmlOfReport } from './htmlOfReport.ts';
import { pdfOfReport } from './pdfOfReport.ts';

const head: Slice = {
  ...plainPicture,
  fileName: 'IM-01.dcm',
  format: 'dicom',
  rows: 64,
  columns: 64,
  samples: Uint8Array.from({ length: 64 * 64 }, (_, index) => index % 251),
};

const slices = [
  ...[1, 2, 3, 4].map((number) => inventedSlice(number, 'glioma_tumor', 0.9 + number / 100)),
  ...[5, 6, 7, 8].map((number) => inventedSlice(number, 'no_tumor', 0.9)),
];

async function makeReport(
  isIdentified: boolean,
  changes: Partial<ReturnType<typeof inventedCase>> = {},
): Promise<CaseReport> {
  const detail = { ...inventedCase(slices), ...changes };
  const answered = answeredSlices(detail);
  const chosen = chooseTellingSlices(answered, 4);
  const options = {
    isIdentified,
    version: '1.2.3',
    now: new Date('2026-11-24T05:00:00Z'),
    cards: [shippedCard()],
  };
  const described = describeCase(detail, answered, chosen, options);
  const drawn = chosen.map(async (slice, index) => ({
    ...described.slices[index]!,
    ...(await drawSlice(head, slice.analysis.heatmap)),
  }));
  return { ...described, slices: await Promise.all(drawn) };
}

/** As the model's card has it. */
function accuracyText(): string {
  const ofTest = ({ name, protocol }: ModelCard['metrics'][number]): boolean =>
    name === 'accuracy' && protocol.startsWith('test');
  const { value, interval, n, protocol } = shippedCard().metrics.find(ofTest)!;
  const [accuracy, low, high] = [value, ...interval!].map((part) => (100 * part).toFixed(1));
  return `Accuracy ${accuracy}% (95% interval ${low}% to ${high}%) on ${n} pictures, ${protocol}.`;
}

const opened: PDFDocumentProxy[] = [];
afterEach(async () => {
  for (const document of opened.splice(0)) await document.loadingTask.destroy();
});

async function open(pdf: Uint8Array): Promise<PDFDocumentProxy> {
  const document = await getDocument({ data: Uint8Array.from(pdf), verbosity: 0 }).promise;
  opened.push(document);
  return document;
}

async function textOf(document: PDFDocumentProxy): Promise<string> {
  const { items } = await (await document.getPage(1)).getTextContent();
  return items
    .map((item) => ('str' in item ? item.str : ''))
    .join(' ')
    .replace(/\s+/g, ' ');
}

describe('the report as a PDF', () => {
  it('is one page with the slices, their heatmaps, numbers, model, warnings and disclaimer', async () => {
    const document = await open(await pdfOfReport(await makeReport(false)));
    expect(document.numPages).toBe(1);
    const page = await document.getPage(1);
    const { fnArray } = await page.getOperatorList();
    expect(fnArray.filter((operation) => operation === OPS.paintImageXObject)).toHaveLength(8);
    const text = await textOf(document);
    for (const expected of [
      'Patient 7F3A',
      'For research use. Not a diagnosis.',
      'Series 1, slice 4 of 8 · axial',
      'Meningioma',
      '94.0%',
      'Glioma: 4 of 8 slices',
      'Other finding',
      'disagrees with the model',
      accuracyText(),
      shippedCard().fingerprint.slice(0, 16),
      'It is not a diagnosis and must not guide one.',
      'BraTum Workstation 1.2.3 · 2026-11-24 05:00 UTC',
    ])
      expect(text).toContain(expected);
  });

  it('says nothing of the patient unless it is asked to, nor ever in its metadata', async () => {
    const anonymised = await open(await pdfOfReport(await makeReport(false)));
    const text = await textOf(anonymised);
    for (const secret of secrets) expect(text).not.toContain(secret);
    const identified = await open(await pdfOfReport(await makeReport(true)));
    const named = await textOf(identified);
    for (const known of [
      'Petrova, Анна',
      'PID-4711',
      '2024-01-31 Schädel nativ',
      'Dr. Secret',
      'Everybody knows her.',
    ])
      expect(named).toContain(known);
    for (const document of [anonymised, identified]) {
      const { info, metadata } = await document.getMetadata();
      const told = JSON.stringify([info, metadata]);
      for (const secret of secrets.filter((one) => one !== '2024')) expect(told).not.toContain(secret);
      expect(info).toMatchObject({ Title: 'Case report', Language: 'en' });
    }
  });

  it('is tagged: headings, and figures with words for those who cannot see them', async () => {
    const document = await open(await pdfOfReport(await makeReport(false)));
    // Its types promise an object where it gives a map.
    const marks = (await document.getMarkInfo()) as unknown as Map<string, boolean>;
    expect(marks.get('Marked')).toBe(true);
    const tree = JSON.stringify(await (await document.getPage(1)).getStructTree());
    expect(tree).toContain('"H1"');
    expect(tree.match(/"role":"Figure"/g)).toHaveLength(8);
    expect(tree).toContain('Heatmap for Glioma');
  });

  it('stays one page however much there is to say, and says that something is left out', async () => {
    const wordy = inventedCase(slices);
    wordy.readings[0]!.text = 'A long story. '.repeat(280);
    const report = await makeReport(true, {
      ...wordy,
      patientName: 'Long '.repeat(80),
      patientId: 'x'.repeat(300),
    });
    const document = await open(await pdfOfReport(report));
    expect(document.numPages).toBe(1);
    expect(await textOf(document)).toMatch(/\d+ more lines? do(es)? not fit here/);
  });

  it('shows a box for a character that it cannot print', async () => {
    const document = await open(await pdfOfReport(await makeReport(true, { patientName: 'Yamada 山田' })));
    expect(await textOf(document)).toContain('Yamada □□');
  });
});

describe('the report as HTML', () => {
  it('holds everything itself and allows nothing else', async () => {
    const html = htmlOfReport(await makeReport(false));
    expect(html).toMatch(
      /Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'sha256-/,
    );
    expect(html).not.toMatch(/<script|<link|https?:|style="| on\w+=/);
    expect(html.match(/<img src="data:image\/png;base64,/g)).toHaveLength(8);
    for (const secret of secrets) expect(html.replaceAll(/base64,[^"]*/g, '')).not.toContain(secret);
  });

  it('shows a name as text, whatever it is', async () => {
    const html = htmlOfReport(await makeReport(true, { patientName: '<img src=x onerror=alert(1)>' }));
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(html).not.toContain('<img src=x');
  });

  it('says in words that there is no evidence, instead of showing an empty map', async () => {
    const blank = inventedSlice(1, 'no_tumor', 0.7);
    blank.analysis!.heatmap = { ...blank.analysis!.heatmap!, isEmpty: true, maximum: 0 };
    const html = htmlOfReport(await makeReport(false, inventedCase([blank])));
    expect(html).toContain('No positive evidence for No tumour.');
    expect(html.match(/<img /g)).toHaveLength(1);
  });
});
