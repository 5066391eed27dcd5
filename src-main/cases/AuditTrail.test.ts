import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../storage/Database.ts';
import { migrations } from '../storage/migrations.ts';
import { openDatabase } from '../storage/openDatabase.ts';
import { readingOf, syntheticRecord } from '../../tests/flows/store/syntheticRecord.ts';
import { AuditTrail } from './AuditTrail.ts';
import { openCaseStore } from './openCaseStore.ts';

let folder: string;
let database: Database;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-audit-'));
  const store = await openCaseStore(folder);
  await store.record([1, 2, 13, 14].map((number) => syntheticRecord(number)));
  await store.close();
  database = await openDatabase(join(folder, 'cases.db'), migrations);
});

afterEach(async () => {
  database.close();
  await rm(folder, { recursive: true, force: true });
});

const change = (sql: string) => database.write(() => database.prepare(sql).run());
const verify = () => database.read(() => new AuditTrail(database).verify());

describe('AuditTrail', () => {
  it('has one entry for each analysis and agrees with it', () => {
    expect(verify()).toEqual({ entries: 4, firstBroken: null });
  });

  it.each([
    ["UPDATE analyses SET class = 'no_tumor', elapsed_ms = 1 WHERE id = 3", 3],
    ['UPDATE heatmaps SET cells = zeroblob(196) WHERE analysis_id = 2', 2],
    ["UPDATE slices SET pixel_hash = 'other' WHERE id = 4", 4],
    ["UPDATE slices SET header = json_set(header, '$.attributes.patientName', 'X') WHERE id = 1", 1],
  ])('sees “%s”', (sql, broken) => {
    change(sql);
    expect(verify()).toMatchObject({ firstBroken: broken });
  });

  it('can be neither changed nor shortened', () => {
    for (const sql of ["UPDATE audit_trail SET action = 'x'", 'DELETE FROM audit_trail WHERE sequence = 4']) {
      expect(() => change(sql)).toThrow('append-only');
    }
    expect(verify()).toEqual({ entries: 4, firstBroken: null });
  });

  it.each([
    ['UPDATE audit_trail SET digest = zeroblob(32) WHERE sequence = 2', 2],
    ["UPDATE audit_trail SET happened_at = '1999' WHERE sequence = 3", 3],
    ['DELETE FROM audit_trail WHERE sequence = 1', 2],
  ])('sees “%s” by somebody who took the triggers away', (sql, broken) => {
    change('DROP TRIGGER audit_trail_is_not_changed');
    change('DROP TRIGGER audit_trail_is_not_shortened');
    change(sql);
    expect(verify()).toMatchObject({ firstBroken: broken });
  });

  it('sees a subject that is gone without having been erased', () => {
    change('DELETE FROM heatmaps WHERE analysis_id = 2');
    change('UPDATE slices SET newest_analysis_id = NULL WHERE newest_analysis_id = 2');
    change('DELETE FROM analyses WHERE id = 2');
    expect(verify()).toMatchObject({ firstBroken: 2 });
  });

  it('holds nothing about anybody and still holds when a patient is erased', async () => {
    const store = await openCaseStore(folder);
    await store.recordReading({ ...readingOf('stored:1'), reader: 'Reader One', text: 'A word about it.' });
    await store.revealAnswers({ scope: 'series', slice: 'stored:1', reader: 'Reader One' });
    await store.trash(['1']);
    expect(await store.erase(['1'])).toBe(1);
    await store.close();
    expect(verify()).toEqual({ entries: 8, firstBroken: null });
    const tables = ['audit_trail', 'erasures', 'erased_subjects'];
    const rows = tables.flatMap((table) => database.prepare(`SELECT * FROM ${table}`).all()) as object[];
    const texts = rows
      .flatMap((row) => Object.values(row) as unknown[])
      .filter((one) => typeof one === 'string');
    expect(new Set(texts.map((text) => text.replace(/^\d{4}-.*Z$/, 'time')))).toEqual(
      new Set([
        ...['time', 'analysis-recorded', 'reading-recorded', 'answer-revealed', 'trash-moved', 'case-erased'],
      ]),
    );
  });

  it.each([
    ["UPDATE erased_subjects SET subject_id = 4 WHERE action = 'analysis-recorded' AND subject_id = 2", 2],
    ["INSERT INTO erased_subjects VALUES ('analysis-recorded', 3, 1)", 6],
  ])('sees an erasure that “%s” made larger or other', async (sql, broken) => {
    const store = await openCaseStore(folder);
    await store.trash(['1']);
    await store.erase(['1']);
    await store.close();
    change(sql);
    expect(verify()).toMatchObject({ firstBroken: broken });
  });
});
