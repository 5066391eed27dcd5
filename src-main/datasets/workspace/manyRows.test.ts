import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  pictureFilterSchema,
  pictureSorts,
  type PictureSelection,
} from '../../../src-shared/contract/pictureSelection.ts';
import { writeManyRows } from '../../../tests/fixtures/writeManyRows.ts';
import { DatasetStore } from './DatasetStore.ts';
import type { WantedValue } from './LabelJournal.ts';
import { pictureQuery } from './pictureConditions.ts';

/** A hundred thousand in the long form. */
const count = process.env['BRATUM_LONG'] === '1' ? 100_000 : 20_000;
const listed = (count * 99) / 100;
let folder: string;
let store: DatasetStore;
let dataset: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-many-'));
  store = await DatasetStore.open(folder);
  writeManyRows(store, 'Another', 1000);
  dataset = writeManyRows(store, 'Many', count);
}, 120_000);

afterAll(async () => {
  store.close();
  await rm(folder, { recursive: true });
});

const selection = (filter: object = {}, sort: PictureSelection['sort'] = 'path'): PictureSelection => ({
  dataset,
  filter: pictureFilterSchema.parse(filter),
  sort,
});

/** What SQLite would do for a statement, one line for each step. */
function planOf(sql: string, values: Record<string, unknown>): string {
  return store.database
    .prepare<[unknown], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
    .all(values)
    .map(({ detail }) => detail)
    .join('\n');
}

const filters = [
  {},
  { classes: ['no_tumor'] },
  { planes: ['none'] },
  { search: '0009' },
  { hasOpenSuggestion: true },
];

test('a page is read along an index in its order: nothing is sorted, nothing of another data set is met', () => {
  for (const sort of pictureSorts)
    for (const filter of filters) {
      const { where, orderBy, values } = pictureQuery(selection(filter, sort));
      const sql = `SELECT p.path, p.class FROM pictures p WHERE ${where} ORDER BY ${orderBy} LIMIT @limit OFFSET @offset`;
      const plan = planOf(sql, { ...values, limit: 100, offset: 0 });
      expect(plan).toMatch(/SEARCH p USING INDEX \w+ \(dataset_id=\?/);
      expect(plan).not.toContain('TEMP B-TREE');
    }
});

test('counts go by an index alone', () => {
  const { where, values } = pictureQuery(selection());
  for (const columns of ['count(*)', 'count(*) FILTER (WHERE p.class IS NOT NULL AND p.plane IS NOT NULL)'])
    expect(planOf(`SELECT ${columns} FROM pictures p WHERE ${where}`, values)).toContain('COVERING INDEX');
  expect(store.pictures.progress(selection())).toEqual({ pictures: listed, labelled: listed - count / 2 });
  expect(store.sets.find(dataset)).toMatchObject({ pictures: listed, quarantined: count - listed });
});

test('every page of every order has its rows, the last one too', () => {
  for (const sort of pictureSorts) {
    const { ids } = store.pictures.sheet(selection({}, sort), null);
    expect(ids).toHaveLength(listed);
    for (const offset of [0, listed / 2, listed - 100]) {
      const { pictures, total } = store.pictures.list(selection({}, sort), { offset, limit: 100 });
      expect(total).toBe(listed);
      expect(pictures.map(({ id }) => id)).toEqual([...ids.subarray(offset, offset + 100)]);
    }
  }
  const [least] = store.pictures.list(selection({}, 'uncertain'), { offset: 0, limit: 1 }).pictures;
  expect(least!.suggestionProbability).toBeCloseTo(0.5, 3);
}, 60_000);

test('rows by id are looked up one by one, in the order of the ids', () => {
  const ids = [...store.pictures.sheet(selection(), null).ids].filter((_, i) => i % 200 === 0).reverse();
  expect(store.pictures.rowsOf(dataset, ids).map(({ id }) => id)).toEqual(ids);
});

test('all pictures are one step of the journal, taken back and made again', () => {
  const ids = [...store.pictures.sheet(selection(), null).ids];
  const change = { dataset, text: 'All axial', who: 'Ada', isOwnOpinion: true };
  const plane = ids.map((id): WantedValue => [id, 'axial', 'person']);
  expect(store.journal.change({ ...change, wanted: { plane } })).toBe(listed);
  expect(store.sets.find(dataset).counts.planes).toMatchObject({ axial: listed, none: 0 });
  expect(store.journal.undo(dataset)).toHaveLength(listed);
  expect(store.pictures.progress(selection())).toEqual({ pictures: listed, labelled: listed - count / 2 });
  expect(store.journal.redo(dataset)).toHaveLength(listed);
}, 120_000);

test('a description walks a selection in its order, each picture once', () => {
  for (const [sort, filter] of [
    ['path', { classes: ['no_tumor'] }],
    ['uncertain', { hasOpenSuggestion: true }],
    ['newest', { isQuarantined: true }],
    ['path', { search: 'nothing is called so' }],
  ] as const) {
    const wanted = selection(filter, sort);
    const described = Array.from(store.pictures.describe(wanted), ({ id }) => id);
    expect(described).toEqual([...store.pictures.sheet(wanted, null).ids]);
  }
});
