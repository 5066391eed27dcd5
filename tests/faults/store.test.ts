/** What may happen to a store outside of our hands: nothing that was acknowledged may be lost by it. */
import { cpSync, rmSync, statSync, truncateSync, appendFileSync, existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openCaseStore } from '../../src-main/cases/openCaseStore.ts';
import type { CaseStore } from '../../src-main/cases/CaseStore.ts';
import { errorText } from '../../src-shared/errorTexts.ts';
import { UserError } from '../../src-shared/errors.ts';
import { readingOf, syntheticRecord } from '../flows/store/syntheticRecord.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-faults-'));
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(folder, { recursive: true, force: true });
});

async function sliceOfFirstCase(store: CaseStore): Promise<string> {
  const { cases } = await store.list({ search: '', offset: 0, limit: 1, identify: false });
  const { detailStudies } = await store.open(cases[0]!.id);
  return detailStudies[0]!.series[0]!.slices[0]!.slice;
}

test('writes that were never synced are dropped: every acknowledged analysis is there all the same', async () => {
  const place = join(folder, 'store');
  const log = join(place, 'cases.db-wal');
  const store = await openCaseStore(place);
  const acknowledged: { logBytes: number; copy: string }[] = [];
  for (let number = 0; number < 6; number++) {
    await store.record([syntheticRecord(number)]);
    // At this moment the log was synced: a machine that loses its power keeps these bytes, and none after them.
    const copy = join(folder, `at-${number}`);
    cpSync(place, copy, { recursive: true });
    acknowledged.push({ logBytes: statSync(log).size, copy });
  }
  await store.record([syntheticRecord(99)]);
  const unsynced = join(folder, 'end');
  cpSync(place, unsynced, { recursive: true });
  await store.close();
  for (const [index, { logBytes, copy }] of acknowledged.entries()) {
    // The log of the end, cut where the acknowledged part ends, with half a page of what the disk made of the rest.
    cpSync(join(unsynced, 'cases.db-wal'), join(copy, 'cases.db-wal'));
    truncateSync(join(copy, 'cases.db-wal'), logBytes);
    appendFileSync(join(copy, 'cases.db-wal'), Buffer.alloc(3000, 0xa5));
    rmSync(join(copy, 'cases.db-shm'), { force: true });
    const opened = await openCaseStore(copy);
    const { cases } = await opened.list({ search: '', offset: 0, limit: 100, identify: false });
    const analyses = cases.reduce((sum, one) => sum + one.analyses, 0);
    expect([index, analyses]).toEqual([index, index + 1]);
    await opened.close();
  }
});

test('a clock that goes backwards changes no order: the last reading that was saved is the one that counts', async () => {
  const store = await openCaseStore(folder);
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2030-05-01T12:00:00Z') });
  await store.record([syntheticRecord(1)]);
  const slice = await sliceOfFirstCase(store);
  await store.recordReading(readingOf(slice, { finding: 'other', otherFinding: 'first' }));
  vi.setSystemTime(new Date('2020-01-01T00:00:00Z'));
  const corrected = await store.recordReading(readingOf(slice, { finding: 'other', otherFinding: 'second' }));
  await store.record([syntheticRecord(1, { analysis: { class: 'no_tumor' } })]);
  expect(corrected.version).toBe(2);
  await store.close();
  const again = await openCaseStore(folder);
  const readings = await again.listReadings(slice);
  expect(readings.map(({ version, otherFinding }) => [version, otherFinding])).toEqual([
    [1, 'first'],
    [2, 'second'],
  ]);
  await again.close();
});

test('pictures whose disk is gone are told in a sentence without a path', async () => {
  const gone = join(folder, 'share');
  const store = await openCaseStore(gone);
  await store.record([syntheticRecord(1)]);
  const slice = await sliceOfFirstCase(store);
  rmSync(join(gone, 'blobs'), { recursive: true });
  expect(existsSync(join(gone, 'blobs'))).toBe(false);
  const failure = await store.readSlice(slice).then(
    () => null,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(UserError);
  const { title, advice } = errorText(failure as UserError);
  expect(`${title} ${advice}`).not.toContain(folder);
  await store.close();
});
