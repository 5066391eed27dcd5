import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RecordedVerdict } from '../../src-shared/domain/review.ts';
import { ReviewStore } from './ReviewStore.ts';

let folder: string;
let store: ReviewStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-review-'));
  store = await ReviewStore.open(folder);
});

afterEach(async () => {
  store.close();
  await rm(folder, { recursive: true });
});

const entry: RecordedVerdict = {
  model: 'combined',
  modelFingerprint: 'f'.repeat(64),
  method: 'grad-cam',
  class: 'glioma_tumor',
  verdict: 'tumour',
  note: '',
  tags: [],
  reviewer: 'Ada',
  recordedAt: '2026-11-27T00:00:00.000Z',
};

test('the newest verdict of a reviewer on a map stands; it survives a restart', async () => {
  store.recordVerdict('p1', entry);
  store.recordVerdict('p1', { ...entry, verdict: 'elsewhere', note: 'rim', tags: ['border'] });
  store.recordVerdict('p1', { ...entry, reviewer: 'Bo' });
  store.recordVerdict('p2', entry);
  store.close();
  store = await ReviewStore.open(folder);
  expect(store.listVerdicts('p1')).toEqual([
    { ...entry, verdict: 'elsewhere', note: 'rim', tags: ['border'] },
    { ...entry, reviewer: 'Bo' },
  ]);
  expect(store.listVerdicts('p3')).toEqual([]);
});

test('agreement counts maps that both judged', () => {
  const verdicts = [
    ['tumour', 'tumour'],
    ['tumour', 'tumour'],
    ['elsewhere', 'elsewhere'],
    ['elsewhere', 'tumour'],
  ] as const;
  for (const [i, [ada, bo]] of verdicts.entries()) {
    store.recordVerdict(`p${i}`, { ...entry, verdict: ada });
    store.recordVerdict(`p${i}`, { ...entry, verdict: bo, reviewer: 'Bo' });
  }
  store.recordVerdict('alone', entry);
  // po = 3/4, pe = 1/2 × 3/4 + 1/2 × 1/4 = 1/2.
  expect(store.compareReviewers()).toEqual([{ reviewers: ['Ada', 'Bo'], n: 4, agreement: 0.75, kappa: 0.5 }]);
});

test('outlines have versions; an empty one takes the last back', () => {
  const drawn = {
    rings: [
      [
        [1, 1],
        [9, 1],
        [5, 8.5],
      ],
    ] as const,
    rows: 10,
    columns: 10,
    origin: 'drawn' as const,
    author: 'Ada',
    drawnAt: 'now',
  };
  expect(store.readOutline('p')).toBeNull();
  expect(store.saveOutline('p', drawn).version).toBe(1);
  expect(store.saveOutline('p', { ...drawn, author: 'Bo' }).version).toBe(2);
  expect(store.readOutline('p')).toEqual({ ...drawn, author: 'Bo', version: 2 });
  store.saveOutline('p', { ...drawn, rings: [] });
  expect(store.readOutline('p')).toBeNull();
  expect(store.saveOutline('p', drawn).version).toBe(4);
});

test('regions stand by class, plane and name; an empty one takes back', () => {
  const sella = {
    class: 'pituitary_tumor' as const,
    plane: 'sagittal' as const,
    name: 'sella',
    polygon: [
      [0.3, 0.5],
      [0.6, 0.5],
      [0.5, 0.8],
    ] as const,
    isMirrored: true,
    author: 'Ada',
    drawnAt: 'now',
  };
  const other = { ...sella, name: 'cavernous sinus', isMirrored: false };
  store.saveRegions([sella, other]);
  const moved = { ...sella, author: 'Bo', polygon: [...sella.polygon, [0.4, 0.6] as const] };
  store.saveRegions([moved]);
  expect(store.listRegions()).toEqual([other, moved]);
  store.saveRegions([{ ...other, polygon: [] }]);
  expect(store.listRegions()).toEqual([moved]);
});
