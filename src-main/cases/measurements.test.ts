import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SliceMark } from '../../src-shared/domain/measurements.ts';
import { everyCase } from '../../src-shared/contract/caseSelection.ts';
import { syntheticRecord } from '../../tests/flows/store/syntheticRecord.ts';
import { migrations } from '../storage/migrations.ts';
import { openDatabase } from '../storage/openDatabase.ts';
import type { CaseStore } from './CaseStore.ts';
import { openCaseStore } from './openCaseStore.ts';

let folder: string;
let store: CaseStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-measurements-'));
  store = await openCaseStore(folder);
  await store.record([syntheticRecord(1), syntheticRecord(11)]);
});

afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const length: SliceMark = {
  kind: 'length',
  points: [
    { x: 1.25, y: 2 },
    { x: 30.5, y: 2 },
  ],
};
const ellipse: SliceMark = {
  kind: 'ellipse',
  points: [
    { x: 4, y: 4 },
    { x: 9, y: 12 },
  ],
};

it('every change is a version, the newest is shown, and saying the same again is none', async () => {
  const record = (marks: SliceMark[], reader = 'A') =>
    store.recordMeasurements({ slice: 'stored:1', marks, reader });
  expect(await record([])).toBeNull();
  expect(await store.newestMeasurements('stored:1')).toBeNull();
  expect(await record([length])).toMatchObject({ version: 1, slice: 'stored:1', reader: 'A' });
  expect(await record([length])).toMatchObject({ version: 1 });
  expect(await record([length, ellipse], 'B')).toMatchObject({ version: 2, reader: 'B' });
  expect(await store.newestMeasurements('stored:1')).toMatchObject({ version: 2, marks: [length, ellipse] });
  expect(await record([])).toMatchObject({ version: 3, marks: [] });
  expect(await store.newestMeasurements('stored:2')).toBeNull();
  await expect(store.recordMeasurements({ slice: 'stored:9', marks: [], reader: 'A' })).rejects.toMatchObject(
    { code: 'handle-unknown' },
  );
  // Two analyses and three versions.
  expect(await store.verifyAuditTrail()).toEqual({ entries: 5, firstBroken: null });
});

it('a case that is measured comes out of the trash', async () => {
  await store.trash(['1']);
  await store.recordMeasurements({ slice: 'stored:1', marks: [length], reader: 'A' });
  const { total } = await store.list({ search: '', filter: everyCase, offset: 0, limit: 10, identify: true });
  expect(total).toBe(2);
});

it('versions cannot be changed, and go with an erased patient, after which the trail still holds', async () => {
  await store.recordMeasurements({ slice: 'stored:1', marks: [length], reader: 'A' });
  await store.recordMeasurements({ slice: 'stored:2', marks: [ellipse], reader: 'A' });
  const database = await openDatabase(join(folder, 'cases.db'), migrations);
  const run = (sql: string) => database.write(() => database.prepare(sql).run());
  try {
    expect(() => run("UPDATE measurements SET marks = '[]'")).toThrow('changed by new versions');
    expect(() => run('DELETE FROM measurements')).toThrow('go only with an erased patient');
    await store.trash(['1']);
    await store.erase(['1']);
    expect(database.prepare('SELECT slice_id FROM measurements').pluck().all()).toEqual([2]);
  } finally {
    database.close();
  }
  expect((await store.verifyAuditTrail()).firstBroken).toBeNull();
});
