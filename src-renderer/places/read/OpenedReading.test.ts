import { describe, expect, it } from 'vitest';
import type { SecondOpinion } from '../../../src-shared/domain/analysis.ts';
import type { CaseDetail, CaseSlice, StoredAnalysis } from '../../../src-shared/domain/cases.ts';
import type { OpenedCollection, SeriesSummary } from '../../../src-shared/domain/collection.ts';
import { readingOfCase, readingOfCollection } from './OpenedReading.ts';

const slice = {
  slice: 's1',
  fileName: 'a.dcm',
  frame: null,
  rows: 2,
  columns: 2,
  instanceNumber: 1,
  positionMm: 0,
};
const series = (seriesKey: string, slices: SeriesSummary['slices']): SeriesSummary => ({
  seriesKey,
  modality: 'MR',
  seriesDescription: null,
  seriesNumber: 1,
  plane: 'axial',
  isReformatted: false,
  slices,
});

describe('readingOfCollection', () => {
  it('lines up the series of all studies, tells same-named ones apart and leaves out empty ones', () => {
    const study = { patientId: 'P1', patientName: null, studyDate: '20010316', studyDescription: 'BRAIN' };
    const collection: OpenedCollection = {
      studies: [
        { ...study, studyKey: 'x', series: [series('1', [slice]), series('2', [])] },
        { ...study, studyKey: 'y', studyDate: null, series: [series('1', [slice])] },
      ],
      failures: [],
      skipped: [],
    };
    const reading = readingOfCollection(collection, 'volume');
    expect(reading.series.map(({ key, patient, study }) => ({ key, patient, study }))).toEqual([
      { key: 'x/1', patient: 'P1', study: 'BRAIN, 16 Mar 2001' },
      { key: 'y/1', patient: 'P1', study: 'BRAIN' },
    ]);
  });
});

describe('readingOfCase', () => {
  it('brings the stored answers along, by slice', () => {
    const analysis = { id: 'a1', class: 'no_tumor' } as StoredAnalysis;
    const secondOpinion = { class: 'glioma_tumor', model: 'combined' } as SecondOpinion;
    const slices: CaseSlice[] = [
      { ...slice, analysis, secondOpinion },
      { ...slice, slice: 's2', analysis: null, secondOpinion: null },
    ];
    const stored = { ...series('1', []), slices };
    const reading = readingOfCase({
      id: 'c1',
      createdAt: '',
      updatedAt: '',
      patient: 'Patient 7F3A',
      studies: 1,
      slices: 2,
      analyses: 1,
      lastClass: 'no_tumor',
      classCounts: { glioma_tumor: 0, meningioma_tumor: 0, no_tumor: 2, pituitary_tumor: 0 },
      reading: null,
      agreement: { agrees: 0, disagrees: 0 },
      trashedAt: null,
      thumbnail: null,
      patientName: null,
      patientId: null,
      detailStudies: [{ studyKey: 'x', studyDate: null, studyDescription: null, series: [stored] }],
      readings: [],
    } satisfies CaseDetail);
    expect(reading).toMatchObject({ origin: 'case', title: 'Patient 7F3A' });
    expect([...reading.answers]).toEqual([['s1', analysis]]);
    expect([...reading.opinions]).toEqual([['s1', secondOpinion]]);
    expect(reading.series[0]?.slices.map(({ slice: handle }) => handle)).toEqual(['s1', 's2']);
  });
});
