import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from './Database.ts';
import { migrations } from './migrations.ts';
import { openDatabase } from './openDatabase.ts';

let folder: string;
let database: Database;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-migrations-'));
});

afterEach(async () => {
  database.close();
  await rm(folder, { recursive: true, force: true });
});

/** The database as a program of an earlier version left it, and then as this one has it. */
async function openAt(version: number): Promise<void> {
  database = await openDatabase(join(folder, 'cases.db'), migrations.slice(0, version));
}

const run = (sql: string) => database.write(() => database.prepare(sql).run());
const rows = (sql: string) => database.prepare(sql).all();

/** Two cases: one of two slices, the first of which was answered twice, and one without any answer. */
const versionThree = [
  `INSERT INTO cases (id, identity, salt, mask, title, patient_name, patient_id, created_at, updated_at,
    study_count, slice_count, analysis_count, last_class) VALUES
    (1, 'a', x'00', 'Patient A', 'Ängström, Zoë', 'Ängström, Zoë', 'ID 1', '2025-01-01', '2025-01-02', 1, 2, 3, 'no_tumor'),
    (2, 'b', x'01', 'Picture B', 'Scan.PNG', NULL, NULL, '2025-01-03', '2025-01-03', 1, 1, 0, NULL)`,
  "INSERT INTO studies (id, case_id, identity) VALUES (1, 1, 's'), (2, 2, 's')",
  "INSERT INTO series (id, study_id, identity) VALUES (1, 1, 'r'), (2, 2, 'r')",
  `INSERT INTO slices (id, series_id, file_hash, header, sample_type, pixel_hash) VALUES
    (1, 1, 'f1', '{}', 'Uint8Array', 'p1'), (2, 1, 'f2', '{}', 'Uint8Array', 'p2'), (3, 2, 'f3', '{}', 'Uint8Array', 'p3')`,
  `INSERT INTO analyses (id, slice_id, created_at, class, probabilities, class_set, model, model_fingerprint, provider,
    guard_flagged, elapsed_ms, warnings)
    SELECT column1, column2, '2025-01-01', column3, '{}', '[]', column4, 'f', 'cpu', 0, 1, '[]'
    FROM (VALUES (1, 1, 'glioma_tumor', 'combined'), (2, 2, 'glioma_tumor', 'combined'), (3, 1, 'no_tumor', 'axial'))`,
];

describe('from version 3, without readings', () => {
  it('every slice knows its newest answer, every case its counts, names and models', async () => {
    await openAt(3);
    for (const sql of versionThree) run(sql);
    const before = rows('SELECT id, title, mask, salt, slice_count, analysis_count, last_class FROM cases');
    database.close();
    await openAt(migrations.length);
    expect(rows('SELECT id, title, mask, salt, slice_count, analysis_count, last_class FROM cases')).toEqual(
      before,
    );
    expect(
      rows('SELECT newest_analysis_id AS id, reading_id, agreement FROM slices ORDER BY slices.id'),
    ).toEqual([3, 2, null].map((id) => ({ id, reading_id: null, agreement: null })));
    expect(
      rows(`SELECT sort_name, folded_patient, glioma_slices, meningioma_slices, no_tumor_slices, pituitary_slices,
        leading_class, agreeing_slices, disagreeing_slices, trashed_at FROM cases ORDER BY id`).map((row) =>
        Object.values(row as Record<string, unknown>),
      ),
    ).toEqual([
      ['angstrom, zoe', 'angstrom, zoe id 1', 1, 0, 1, 0, 0, 0, 0, null],
      ['scan.png', '', 0, 0, 0, 0, 4, 0, 0, null],
    ]);
    expect(rows('SELECT case_id, model FROM case_models ORDER BY model')).toEqual([
      { case_id: 1, model: 'axial' },
      { case_id: 1, model: 'combined' },
    ]);
    expect(rows('PRAGMA foreign_key_check')).toEqual([]);
    expect(rows('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  });
});

it.each(migrations.map((_, index) => index + 1))(
  'version %i alone and all at once end alike',
  async (version) => {
    await openAt(version);
    database.close();
    await openAt(migrations.length);
    const schema = rows('SELECT type, name, sql FROM sqlite_schema ORDER BY name');
    database.close();
    await rm(join(folder, 'cases.db'));
    await openAt(migrations.length);
    expect(rows('SELECT type, name, sql FROM sqlite_schema ORDER BY name')).toEqual(schema);
    expect(database.prepare('PRAGMA user_version').pluck().get()).toBe(migrations.length);
  },
);
