import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import dcmjs from 'dcmjs';
import { expect, test } from 'vitest';
import type { Analysis } from '../../../src-shared/domain/analysis.ts';
import { writeDicom } from '../../../tests/fixtures/writeDicom.ts';
import { openDicom } from '../../images/dicom/openDicom.ts';
import { readInstance } from '../../images/dicom/readInstance.ts';
import type { AnalysedInstance, ResultObject } from './AnalysedInstance.ts';
import { makeResults } from './makeResults.ts';

const fingerprint = 'ab'.repeat(32);

const analysis: Analysis = {
  class: 'glioma_tumor',
  probabilities: { glioma_tumor: 0.7, meningioma_tumor: 0.2, no_tumor: 0.06, pituitary_tumor: 0.04 },
  classSet: ['glioma_tumor'],
  plane: 'axial',
  planeSource: 'orientation',
  planeProbability: 1,
  model: 'axial',
  modelFingerprint: fingerprint,
  provider: 'cpu',
  guard: { score: 0.1, flagged: false },
  elapsedMs: 5,
  warnings: [{ code: 'uncalibrated', message: 'Not calibrated.' }],
  heatmap: {
    method: 'grad-cam',
    layer: '7',
    class: 'glioma_tumor',
    rows: 2,
    columns: 2,
    values: Float32Array.of(0, 0, 0, 1),
    maximum: 1,
    isEmpty: false,
    region: { top: 0, left: 0, height: 33, width: 31 },
  },
};

async function analysed(instanceNumber: number): Promise<AnalysedInstance> {
  const bytes = writeDicom({
    patientName: 'Drawn^Head',
    seriesDescription: 'T1',
    instanceNumber,
    rows: 33,
    columns: 31,
    samples: new Uint16Array(33 * 31).map((_, index) => index),
  });
  const file = Uint8Array.from(bytes);
  return {
    instance: readInstance(file, 'a.dcm'),
    slice: await openDicom(file, 'a.dcm').readSlice(0),
    analysis,
    model: { name: 'axial', title: 'Axial slices', version: '2026-11-01 abababababab', fingerprint },
  };
}

async function results(
  numbers: number[],
  madeAt = new Date('2026-11-27T08:00:00Z'),
): Promise<ResultObject[]> {
  const slices = await Promise.all(numbers.map(analysed));
  const objects: ResultObject[] = [];
  for await (const object of makeResults(slices, { applicationVersion: '0.1.0', madeAt }))
    objects.push(object);
  return objects;
}

function read({ bytes }: ResultObject): Record<string, unknown> {
  const { data } = dcmjs;
  return data.DicomMetaDictionary.naturalizeDataset(data.DicomMessage.readFile(bytes.buffer).dict);
}

test('a capture is a colour picture of the same study, burned in, that refers to its slice', async () => {
  const [capture] = await results([3]);
  const source = (await analysed(3)).instance;
  const dataSet = read(capture as ResultObject);
  expect(dataSet).toMatchObject({
    StudyInstanceUID: source.studyInstanceUid,
    PatientID: source.patientId,
    BurnedInAnnotation: 'YES',
    Modality: 'MR',
    SourceImageSequence: [{ ReferencedSOPInstanceUID: source.sopInstanceUid }],
  });
  expect(dataSet['SeriesInstanceUID']).not.toBe(source.seriesInstanceUid);
  const file = openDicom((capture as ResultObject).bytes, 'capture.dcm');
  const { samples, rows, columns } = await file.readSlice(0);
  // 31 columns times 13; the slice of 33 times 13 rows lies under the banner.
  expect(columns).toBe(403);
  const bannerRows = rows - 33 * 13;
  expect(bannerRows).toBeGreaterThan(50);
  const banner = samples.subarray(0, bannerRows * columns);
  const white = banner.filter((grey) => grey > 200).length / banner.length;
  expect(white).toBeGreaterThan(0.05);
  expect(white).toBeLessThan(0.4);
});

test('heat lies where the map has it, and nowhere else', async () => {
  const [capture] = await results([1]);
  const dataSet = read(capture as ResultObject) as { PixelData: [ArrayBuffer]; Rows: number };
  const pixels = new Uint8Array(dataSet.PixelData[0]);
  const colour = (fromEnd: number): number[] => [...pixels.subarray(fromEnd, fromEnd + 3)];
  const start = 3 * 403 * (dataSet.Rows - 33 * 13);
  const [red, green, blue] = colour(start + 3 * (403 * 20 + 20));
  expect(red).toBe(green);
  expect(green).toBe(blue);
  const hot = colour(3 * 403 * (dataSet.Rows - 20) - 60);
  expect(Math.max(...hot) - Math.min(...hot)).toBeGreaterThan(40);
});

interface Item {
  ValueType: string;
  ConceptNameCodeSequence?: [{ CodeValue: string }];
  ConceptCodeSequence?: [{ CodeValue: string; CodingSchemeDesignator: string }];
  MeasuredValueSequence?: [{ NumericValue: number }];
  ReferencedSOPSequence?: [{ ReferencedSOPInstanceUID: string }];
  TextValue?: string;
  UID?: string;
  ContentSequence?: Item[];
}

const conceptOf = (item: Item): string | undefined => item.ConceptNameCodeSequence?.[0].CodeValue;
const under = (items: Item[] | undefined, concept: string): Item[] =>
  [items ?? []].flat().filter((item) => conceptOf(item) === concept);

test('the report has a group for each slice: class, probabilities, plane, model and source', async () => {
  const objects = await results([2, 1]);
  expect(objects.map(({ kind }) => kind)).toEqual([
    'secondary-capture',
    'secondary-capture',
    'structured-report',
  ]);
  const report = read(objects[2] as ResultObject) as unknown as Item;
  const sources = await Promise.all([2, 1].map(analysed));
  const groups = under(under(report.ContentSequence, '126010')[0]?.ContentSequence, '125007');
  expect(groups).toHaveLength(2);
  for (const [index, group] of groups.entries()) {
    const items = group.ContentSequence;
    expect(under(items, '121071')[0]?.ConceptCodeSequence?.[0]).toMatchObject({
      CodeValue: 'glioma_tumor',
      CodingSchemeDesignator: '99BRATUM',
    });
    expect(under(items, 'plane')[0]?.ConceptCodeSequence?.[0].CodeValue).toBe('24422004');
    const probabilities = ['p_glioma', 'p_meningioma', 'p_no', 'p_pituitary'].map(
      (concept) => under(items, concept)[0]?.MeasuredValueSequence?.[0].NumericValue,
    );
    expect(probabilities.map(Number)).toEqual([0.7, 0.2, 0.06, 0.04]);
    expect(under(items, '121112')[0]?.ReferencedSOPSequence?.[0].ReferencedSOPInstanceUID).toBe(
      sources[index]?.instance.sopInstanceUid,
    );
    expect(under(items, '111001')[0]?.TextValue).toBe('axial');
    expect(under(items, '111003')[0]?.TextValue).toBe('2026-11-01 abababababab');
    expect(under(items, '121106').map(({ TextValue }) => TextValue)).toContain('Not calibrated.');
  }
  expect(under(report.ContentSequence, '121012')[0]?.UID).toMatch(/^2\.25\.\d+$/);
});

test('a repeat has the same UIDs, at another time and in another order; other slices have others', async () => {
  const uids = (objects: ResultObject[]): string[] =>
    objects.map(({ sopInstanceUid }) => sopInstanceUid).sort();
  const once = await results([1, 2]);
  expect(uids(await results([2, 1], new Date('2027-01-01T00:00:00Z')))).toEqual(uids(once));
  const other = await results([1, 3]);
  expect(other.filter(({ sopInstanceUid }) => uids(once).includes(sopInstanceUid))).toHaveLength(1);
  for (const uid of uids(once)) expect(uid).toMatch(/^2\.25\.\d{1,39}$/);
});

const validators = ['dsrdump', 'dciodvfy'];
const missing = validators.filter((tool) => spawnSync(tool, ['--version']).error !== undefined);

test(`${validators.join(' and ')} have nothing against them`, async ({ skip }) => {
  skip(missing.length > 0, `${missing.join(', ')} not installed (Debian: apt-get install dcmtk dicom3tools)`);
  const folder = await mkdtemp(join(tmpdir(), 'bratum-results-'));
  try {
    for (const { kind, bytes } of await results([1, 2])) {
      const file = join(folder, `${kind}.dcm`);
      await writeFile(file, bytes);
      const { stderr } = spawnSync('dciodvfy', [file], { encoding: 'utf8' });
      expect(stderr.split('\n').filter((line) => line.startsWith('Error'))).toEqual([]);
      if (kind !== 'structured-report') continue;
      const dump = spawnSync('dsrdump', [file], { encoding: 'utf8' });
      expect(dump.status).toBe(0);
      // dcmtk 3.6.7 checks no UTF-8 and says so; anything else that it says is a fault of the report.
      const complaints = dump.stderr
        .split('\n')
        .filter((line) => !line.includes('VR checker does not support'));
      expect(complaints.join('')).toBe('');
      expect(dump.stdout).toContain('Imaging Measurement Report');
      expect(dump.stdout.match(/Measurement Group/g)).toHaveLength(2);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
