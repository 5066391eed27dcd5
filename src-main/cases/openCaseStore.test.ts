import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { noAttributes, type Samples } from '../../src-shared/domain/slice.ts';
import { syntheticRecord, type SyntheticChanges } from '../../tests/flows/store/syntheticRecord.ts';
import type { CaseQuery, CaseStore } from './CaseStore.ts';
import { openCaseStore } from './openCaseStore.ts';

let folder: string;
let store: CaseStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-cases-'));
  store = await openCaseStore(folder);
});

afterEach(async () => {
  vi.useRealTimers();
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

async function reopen(): Promise<void> {
  await store.close();
  store = await openCaseStore(folder);
}

/** Stores one record for each number. */
async function record(numbers: readonly number[], changes: SyntheticChanges = {}) {
  const records = numbers.map((number) => syntheticRecord(number, changes));
  return { records, stored: await store.record(records) };
}

async function list(query: Partial<CaseQuery> = {}) {
  return store.list({ search: '', offset: 0, limit: 100, identify: true, ...query });
}

const find = async (search: string) =>
  (await list({ search })).cases.map(({ patient }) => patient).toSorted();

const anonymous = { attributes: noAttributes };

describe('recording', () => {
  it('gives back everything of an analysis, after a restart too', async () => {
    const { records, stored } = await record([1, 2]);
    expect(stored.map(({ id, createdAt: _, ...analysis }) => ({ id, analysis }))).toEqual([
      { id: '1', analysis: records[0]?.analysis },
      { id: '2', analysis: records[1]?.analysis },
    ]);
    await reopen();
    for (const [index, { content, analysis }] of records.entries()) {
      expect(await store.recall(content, analysis.modelFingerprint)).toEqual(stored[index]);
    }
  });

  it('keeps an analysis without heatmap, plane and guard', async () => {
    const bare = {
      heatmap: null,
      plane: null,
      planeSource: null,
      planeProbability: null,
      warnings: [],
    } as const;
    const { records, stored } = await record([1], {
      analysis: { ...bare, warnings: [], guard: { score: 0.25, flagged: true } },
    });
    expect(await store.recall(records[0]!.content, 'f'.repeat(64))).toEqual(stored[0]);
    expect(stored[0]).toMatchObject({ ...bare, guard: { score: 0.25, flagged: true } });
  });

  const pictures: Samples[] = [
    Uint8Array.from([0, 255, 7, 1]),
    Int8Array.from([-128, 127, 0, 1]),
    Uint16Array.from([0, 65_535, 1, 2]),
    Int16Array.from([-32_768, 32_767, 1, 2]),
    Uint32Array.from([0, 4_294_967_295, 1, 2]),
    Int32Array.from([-2_147_483_648, 2_147_483_647, 1, 2]),
    Float32Array.from([0.1, -1e30, 3.5, 1e-40]),
  ];

  it.each(pictures.map((samples) => [samples.constructor.name, samples] as const))(
    'gives back a slice of %s, number for number',
    async (_, samples) => {
      const { records } = await record([1], { samples, slice: { rows: 2, columns: 2 } });
      await reopen();
      const slice = await store.readSlice('stored:1');
      expect(slice).toEqual(records[0]?.slice);
      expect(slice.samples).toBeInstanceOf(samples.constructor);
    },
  );

  it('stores a part of a larger buffer alone', async () => {
    const volume = Int16Array.from({ length: 12 }, (_, index) => index);
    await record([1], { samples: volume.subarray(4, 8), slice: { rows: 2, columns: 2 } });
    expect([...(await store.readSlice('stored:1')).samples]).toEqual([4, 5, 6, 7]);
  });

  it('refuses a slice whose samples are not rows × columns, and stores nothing of it', async () => {
    const short = { samples: new Int16Array(5), slice: { rows: 2, columns: 3 } };
    await expect(record([1], short)).rejects.toThrow('5 samples are not 2 × 3');
    expect((await list()).total).toBe(0);
  });

  it('finds the same slice by content and keeps every analysis of it', async () => {
    await record([1]);
    await record([1], { slice: { fileName: 'a copy.dcm' }, analysis: { modelFingerprint: 'e'.repeat(64) } });
    await record([1], { analysis: { class: 'no_tumor' } });
    const [summary] = (await list()).cases;
    expect(summary).toMatchObject({ slices: 1, analyses: 3, lastClass: 'no_tumor' });
    const { content } = syntheticRecord(1);
    expect(await store.recall(content, 'f'.repeat(64))).toMatchObject({ id: '3', class: 'no_tumor' });
    expect(await store.recall(content, 'e'.repeat(64))).toMatchObject({ id: '2' });
    expect(await store.recall(content, 'd'.repeat(64))).toBeNull();
  });

  it('tells frames and planes of one file apart', async () => {
    const fileHash = 'a'.repeat(64);
    const places = [
      { frame: null, volumePlane: null },
      { frame: 0, volumePlane: null },
      { frame: 0, volumePlane: 'axial' },
      { frame: 0, volumePlane: 'coronal' },
    ] as const;
    for (const place of places) {
      await record([1], { ...anonymous, slice: place, content: { fileHash, ...place } });
    }
    for (const [index, place] of places.entries()) {
      expect(await store.recall({ fileHash, ...place }, 'f'.repeat(64))).toMatchObject({
        id: String(index + 1),
      });
    }
    expect(await store.recall({ fileHash, frame: 1, volumePlane: null }, 'f'.repeat(64))).toBeNull();
  });

  it('stores more than one transaction holds', async () => {
    const numbers = Array.from({ length: 150 }, (_, index) => index);
    const { stored } = await record(numbers);
    expect(stored.map(({ id }) => id)).toEqual(numbers.map((number) => String(number + 1)));
    expect((await list()).total).toBe(15);
  });
});

describe('to whom a slice belongs', () => {
  it.each<[string, SyntheticChanges, SyntheticChanges, number]>([
    ['the same patient in two studies', {}, { attributes: { studyInstanceUid: '9.9' } }, 1],
    [
      'the same ID of two hospitals',
      { attributes: { issuerOfPatientId: 'North' } },
      { attributes: { issuerOfPatientId: 'South' } },
      2,
    ],
    [
      'the same study without an ID',
      { attributes: { patientId: null } },
      { attributes: { patientId: ' ' } },
      1,
    ],
    [
      'two studies without an ID',
      { attributes: { patientId: '', studyInstanceUid: '1.1' } },
      { attributes: { patientId: '', studyInstanceUid: '1.2' } },
      2,
    ],
    ['two pictures that say nothing', anonymous, anonymous, 2],
    [
      'two frames of a file that says nothing',
      { ...anonymous, slice: { frame: 0 }, content: { fileHash: 'a'.repeat(64) } },
      { ...anonymous, slice: { frame: 1 }, content: { fileHash: 'a'.repeat(64) } },
      1,
    ],
  ])('%s', async (_, first, second, cases) => {
    await record([1], first);
    await record([2], second);
    expect((await list()).total).toBe(cases);
  });
});

describe('listing', () => {
  it('puts the case of the newest analysis first, page by page', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    for (const [minute, number] of [10, 20, 30, 10].entries()) {
      vi.setSystemTime(new Date(Date.UTC(2026, 0, 1, 0, minute)));
      await record([number]);
    }
    const all = (await list()).cases;
    expect(all.map(({ patient, updatedAt }) => [patient.slice(-1), updatedAt.slice(14, 16)])).toEqual([
      ['1', '03'],
      ['3', '02'],
      ['2', '01'],
    ]);
    expect(await list({ offset: 1, limit: 1 })).toEqual({ cases: [all[1]], total: 3 });
    expect(await list({ offset: 9 })).toEqual({ cases: [], total: 3 });
  });

  it('counts what opening the case shows', async () => {
    await record([11, 12, 13]);
    await record([14, 12], { attributes: { studyInstanceUid: '5.5', seriesInstanceUid: '5.5.1' } });
    await record([15], { analysis: { modelFingerprint: 'e'.repeat(64) } });
    const { detailStudies, ...summary } = await store.open('1');
    const slices = detailStudies.flatMap(({ series }) => series.flatMap((one) => one.slices));
    expect(summary).toMatchObject({ studies: detailStudies.length, slices: slices.length, analyses: 6 });
    expect([summary.studies, summary.slices]).toEqual([2, 5]);
    expect(slices.map(({ slice }) => slice)).toContain(summary.thumbnail);
  });

  it('hides names unless asked, and gives every case a name of its own', async () => {
    await record(Array.from({ length: 400 }, (_, patient) => patient * 10));
    const masked = (await list({ identify: false, limit: 500 })).cases.map(({ patient }) => patient);
    expect(new Set(masked).size).toBe(400);
    for (const name of masked) expect(name).toMatch(/^Patient [0-9A-F]{4,}$/);
    expect((await list({ search: 'ID123' })).cases[0]?.patient).toBe('Família, Número 123');
    expect((await store.open('8')).patient).toMatch(/^Patient /);
    await record([1], anonymous);
    expect((await list({ identify: false })).cases[0]?.patient).toMatch(/^Picture [0-9A-F]{4,}$/);
  });

  it('chooses the middle of the series as the picture of the case', async () => {
    await record([30, 31, 32, 33, 34]);
    expect((await list()).cases[0]?.thumbnail).toBe('stored:3');
  });
});

describe('searching', () => {
  beforeEach(async () => {
    await record([10, 11], {
      attributes: { patientName: 'Müller, Zoë', studyDescription: 'Schädel nativ' },
      slice: { fileName: 'IM-0010.dcm' },
      analysis: { class: 'pituitary_tumor' },
    });
    await record([20], {
      attributes: { patientName: 'Smith, John' },
      slice: { fileName: 'te st "quoted".png' },
      analysis: { class: 'no_tumor', model: 'sagittal' },
    });
  });

  it.each<[string, string[]]>([
    ['', ['Müller, Zoë', 'Smith, John']],
    ['muller', ['Müller, Zoë']],
    ['MÜLL', ['Müller, Zoë']],
    ['zoe schadel', ['Müller, Zoë']],
    ['ID2', ['Smith, John']],
    ['mprage', ['Müller, Zoë', 'Smith, John']],
    ['IM-0010', ['Müller, Zoë']],
    ['10-IM', []],
    ['pituitary tumour', ['Müller, Zoë']],
    ['no_tumor', ['Smith, John']],
    ['smith sagittal', ['Smith, John']],
    ['muller sagittal', []],
    ['"quoted"', ['Smith, John']],
    // FTS5's operators are words like any other.
    ['muller OR smith', []],
    ['NOT smith', []],
    ['patient_name : smith', []],
    ['^smith', ['Smith, John']],
    ['smith*', ['Smith, John']],
    ['") OR 1=1 --', []],
    ['NEAR(smith john)', []],
    ['* ( " -', ['Müller, Zoë', 'Smith, John']],
    ['smith\0', ['Smith, John']],
    ['x '.repeat(2000), []],
  ])('“%s”', async (search, expected) => {
    expect(await find(search)).toEqual(expected);
    expect((await list({ search })).total).toBe(expected.length);
  });

  it('finds words that came in different batches', async () => {
    await record([20], { analysis: { model: 'coronal', modelFingerprint: 'e'.repeat(64) } });
    expect(await find('smith sagittal coronal')).toEqual(['Smith, John']);
  });
});

describe('opening a case', () => {
  it('arranges studies, series and slices by position, each with its newest analysis', async () => {
    await record([13, 11, 12]);
    const { stored } = await record([12], { analysis: { class: 'no_tumor' } });
    const detail = await store.open('1');
    expect(detail).toMatchObject({ patientName: 'Família, Número 1', patientId: 'ID1' });
    const series = detail.detailStudies[0]?.series[0];
    expect(series).toMatchObject({ modality: 'MR', seriesNumber: 3, plane: 'axial' });
    expect(series?.slices.map(({ positionMm }) => positionMm)).toEqual([5, 10, 15]);
    expect(series?.slices[1]).toMatchObject({ fileName: 'IM-0012.dcm', instanceNumber: 2, frame: null });
    expect(series?.slices[1]?.analysis).toEqual(stored[0]);
  });

  it('shows a scout scan of three planes as three series, one after the other', async () => {
    const orientations = [
      [1, 0, 0, 0, 1, 0],
      [0, 1, 0, 0, 0, -1],
      [1, 0, 0, 0, 0, -1],
    ];
    for (const [number, imageOrientationPatient] of orientations.entries()) {
      const { geometry } = syntheticRecord(number).slice;
      await record([number], { slice: { geometry: { ...geometry, imageOrientationPatient } } });
    }
    const { detailStudies } = await store.open('1');
    const series = detailStudies.flatMap((study) => study.series);
    expect(series.map(({ plane }) => plane)).toEqual(['axial', 'sagittal', 'coronal']);
    expect(new Set(series.map(({ seriesKey }) => seriesKey)).size).toBe(3);
  });

  it.each(['2', '0', '-1', '1.0', '1 OR 1=1', '', '9'.repeat(100)])('does not know “%s”', async (id) => {
    await record([1]);
    await expect(store.open(id)).rejects.toMatchObject({ code: 'case-unknown' });
    await expect(store.readSlice(`stored:${id}`)).rejects.toMatchObject({ code: 'handle-unknown' });
  });

  it('knows only handles of stored slices', async () => {
    await record([1]);
    await expect(store.readSlice('1')).rejects.toMatchObject({ code: 'handle-unknown' });
  });
});

describe('settings', () => {
  it('are what was last written, after a restart too', async () => {
    expect(await store.readSetting('settings')).toBeNull();
    await store.writeSetting('settings', { opacity: 0.5, names: ['é'] });
    await store.writeSetting('settings', { opacity: 0.75 });
    await reopen();
    expect(await store.readSetting('settings')).toEqual({ opacity: 0.75 });
  });
});

describe('tidying', () => {
  it('removes pictures that no row names and files that a crash left, and nothing else', async () => {
    await record([1, 2, 3]);
    const leaf = (await readdir(join(folder, 'blobs'))).find((name) => name !== 'incoming') as string;
    const orphan = `${leaf}${'0'.repeat(62)}`;
    await writeFile(join(folder, 'blobs', leaf, orphan), 'x');
    await writeFile(join(folder, 'blobs', 'incoming', 'half'), 'x');
    expect(await store.tidy(0)).toEqual({ abandonedFiles: 1, unnamedPictures: 1 });
    expect(await store.tidy(0)).toEqual({ abandonedFiles: 0, unnamedPictures: 0 });
    for (const slice of ['stored:1', 'stored:2', 'stored:3']) await store.readSlice(slice);
  });

  it('takes nothing from a writer that is at work', async () => {
    const numbers = Array.from({ length: 120 }, (_, index) => index);
    const recording = record(numbers);
    let isDone = false;
    void recording.finally(() => (isDone = true));
    while (!isDone) await store.tidy();
    const { records } = await recording;
    for (const [index, { slice }] of records.entries()) {
      expect(await store.readSlice(`stored:${index + 1}`)).toEqual(slice);
    }
  });
});

describe('trouble', () => {
  it('reports a picture that was changed on the disk', async () => {
    await record([1]);
    const files = await readdir(join(folder, 'blobs'), { recursive: true, withFileTypes: true });
    const blob = files.find((entry) => entry.isFile());
    await truncate(join(blob?.parentPath ?? '', blob?.name ?? ''), 20);
    await expect(store.readSlice('stored:1')).rejects.toMatchObject({ code: 'store-damaged' });
  });

  it('does not start anew over pictures whose database was emptied', async () => {
    await record([1]);
    await store.close();
    await truncate(join(folder, 'cases.db'));
    await expect(openCaseStore(folder)).rejects.toMatchObject({ code: 'store-damaged' });
    await rm(join(folder, 'cases.db'));
    await expect(openCaseStore(folder)).rejects.toMatchObject({ code: 'store-damaged' });
  });

  it('finishes what was begun before it closes, and refuses what comes after', async () => {
    const recording = record([1, 2, 3]);
    await store.close();
    expect((await recording).stored).toHaveLength(3);
    await expect(list()).rejects.toMatchObject({ code: 'store-unavailable' });
    await expect(record([4])).rejects.toMatchObject({ code: 'store-unavailable' });
    await store.close();
  });
});
