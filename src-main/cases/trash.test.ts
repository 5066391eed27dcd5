import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { everyCase } from '../../src-shared/contract/caseSelection.ts';
import { readingOf, syntheticRecord } from '../../tests/flows/store/syntheticRecord.ts';
import { migrations } from '../storage/migrations.ts';
import { openDatabase } from '../storage/openDatabase.ts';
import type { CaseStore } from './CaseStore.ts';
import { openCaseStore } from './openCaseStore.ts';

let folder: string;
let store: CaseStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-trash-'));
  store = await openCaseStore(folder);
});

afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const list = async (isTrashed = false, search = '') =>
  store.list({ search, filter: { ...everyCase, isTrashed }, offset: 0, limit: 100, identify: true });
const ids = async (isTrashed = false) => (await list(isTrashed)).cases.map(({ id }) => id).toSorted();

/** Every file of the store that holds a text. */
async function filesWith(text: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const found = await Promise.all(
    files.map(async ({ parentPath, name }) => (await readFile(join(parentPath, name))).includes(text)),
  );
  return files.filter((_, index) => found[index]).map(({ name }) => name);
}

async function blobCount(): Promise<number> {
  const entries = await readdir(join(folder, 'blobs'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).length;
}

describe('the trash', () => {
  it('hides cases, gives them back, and says what it moved', async () => {
    await store.record([1, 11, 21].map((number) => syntheticRecord(number)));
    expect(await store.trash(['1', '2', '77', 'nonsense'])).toEqual(['1', '2']);
    expect(await store.trash(['2', '3'])).toEqual(['3']);
    expect(await store.restore(['3'])).toEqual(['3']);
    expect([await ids(), await ids(true)]).toEqual([['3'], ['1', '2']]);
    expect((await list(true)).cases[0]?.trashedAt).toMatch(/^20.*Z$/);
    expect((await list(false, 'ID0')).total).toBe(0);
    expect((await list(true, 'ID0')).total).toBe(1);
    expect(await store.listFacets()).toMatchObject({ cases: 1, trashed: 2 });
    expect(await store.listTrash()).toEqual(['1', '2']);
    expect((await store.open('1')).trashedAt).not.toBeNull();
  });

  it('gives a case back that is analysed or read again, and is not looked into for answers', async () => {
    const record = syntheticRecord(1);
    await store.record([record, syntheticRecord(11)]);
    await store.trash(['1', '2']);
    expect(await store.recall(record.content, record.analysis.modelFingerprint)).toBeNull();
    await store.record([record]);
    await store.recordReading(readingOf('stored:2'));
    expect(await ids()).toEqual(['1', '2']);
    expect(await store.verifyAuditTrail()).toEqual({ entries: 8, firstBroken: null });
  });

  it('lets a reading be removed only with its patient', async () => {
    await store.record([syntheticRecord(1)]);
    await store.recordReading(readingOf('stored:1'));
    const database = await openDatabase(join(folder, 'cases.db'), migrations);
    const run = (sql: string) => database.write(() => database.prepare(sql).run());
    expect(() => run('DELETE FROM readings')).toThrow('readings go only with an erased patient');
    expect(() => run("UPDATE readings SET text = 'x'")).toThrow('corrected by new versions');
    database.close();
  });
});

describe('erasing', () => {
  const rare = { patientName: 'Xylander, Quirin', patientId: 'QX-4711', studyDescription: 'Zwiebelmuster' };

  it('leaves nothing of a patient in any file, keeps the others, and the trail still holds', async () => {
    const shared = syntheticRecord(2).slice.samples;
    const common = await store.record([syntheticRecord(11), syntheticRecord(12, { samples: shared })]);
    await store.record([syntheticRecord(1, { attributes: rare }), syntheticRecord(2, { attributes: rare })]);
    const erased = (await list(false, 'QX-4711')).cases[0]!.id;
    await store.recordReading(readingOf('stored:3', { text: 'Kolibriförmig.' }));
    await store.judgeAnalysis('4', 'disagrees', 'Reader');
    await store.revealAnswers({ scope: 'series', slice: 'stored:3', reader: 'Reader' });
    await writeFile(join(folder, 'cases.db.version-3'), 'Xylander, Quirin');
    // The four slices have three pictures, one of them in both cases.
    expect(await blobCount()).toBe(3);
    for (const text of ['Xylander', 'kolibriformig']) expect(await filesWith(text)).not.toEqual([]);

    await expect(store.erase([erased])).rejects.toMatchObject({ code: 'case-not-in-trash' });
    await store.trash([erased]);
    await expect(store.erase([erased, '99'])).rejects.toMatchObject({ code: 'case-unknown' });
    const steps: number[] = [];
    expect(await store.erase([erased], { onProgress: (done) => steps.push(done) })).toBe(1);
    expect(steps).toEqual([1]);

    for (const text of [
      'Xylander',
      'xylander',
      'QX-4711',
      'qx',
      '4711',
      'wiebelmuster',
      'kolibri',
      'Kolibri',
    ])
      expect([text, await filesWith(text)]).toEqual([text, []]);
    expect(await blobCount()).toBe(2);
    expect((await store.readSlice('stored:2')).samples).toEqual(shared);
    expect(await store.recall(syntheticRecord(11).content, 'f'.repeat(64))).toEqual(common[0]);
    await expect(store.open(erased)).rejects.toMatchObject({ code: 'case-unknown' });
    await expect(store.readSlice('stored:3')).rejects.toMatchObject({ code: 'handle-unknown' });
    for (const search of ['xylander', 'kolibri', 'zwiebelmuster'])
      expect((await list(false, search)).total).toBe(0);
    expect(await ids()).toEqual(['1']);
    expect(await store.verifyAuditTrail()).toMatchObject({ firstBroken: null });
    expect(await store.tidy(0)).toEqual({ abandonedFiles: 0, unnamedPictures: 0 });

    // A patient who comes back is a new case under a new name.
    await store.record([syntheticRecord(1, { attributes: rare })]);
    expect((await list(false, 'xylander')).cases[0]?.id).not.toBe(erased);
  });

  it('is finished by whoever opens the store next when it was cut short', async () => {
    await store.record([syntheticRecord(1), syntheticRecord(11)]);
    await store.trash(['1']);
    const database = await openDatabase(join(folder, 'cases.db'), migrations);
    const write = (sql: string) => database.write(() => database.prepare(sql).run());
    const hash = database.prepare('SELECT pixel_hash FROM slices WHERE id = 2').pluck().get() as string;
    // As a process leaves it that was killed after the rows were gone: one picture to remove, one that is used again.
    write("INSERT INTO erasures (erased_at) VALUES ('2026-01-01T00:00:00.000Z')");
    write(`INSERT INTO doomed_pictures VALUES ('${hash}'), ('${'0'.repeat(64)}')`);
    database.close();
    await store.close();
    store = await openCaseStore(folder);
    expect(await blobCount()).toBe(2);
    const again = await openDatabase(join(folder, 'cases.db'), migrations);
    expect(again.prepare('SELECT count(*) FROM doomed_pictures').pluck().get()).toBe(0);
    expect(again.prepare('SELECT is_finished FROM erasures').pluck().all()).toEqual([1]);
    again.close();
  });

  it('stops between two cases when it is cancelled', async () => {
    await store.record([1, 11, 21].map((number) => syntheticRecord(number)));
    await store.trash(['1', '2', '3']);
    const cancel = new AbortController();
    const erasing = store.erase(['1', '2', '3'], { signal: cancel.signal, onProgress: () => cancel.abort() });
    await expect(erasing).rejects.toMatchObject({ code: 'cancelled' });
    expect(await ids(true)).toEqual(['2', '3']);
    expect(await store.verifyAuditTrail()).toMatchObject({ firstBroken: null });
  });
});
