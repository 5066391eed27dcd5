import { join } from 'node:path';
import { expect } from 'vitest';
import type { CaseStore } from '../../../src-main/cases/CaseStore.ts';
import { openCaseStore } from '../../../src-main/cases/openCaseStore.ts';
import { migrations } from '../../../src-main/storage/migrations.ts';
import { openDatabase } from '../../../src-main/storage/openDatabase.ts';
import { classColumns } from '../../../src-main/cases/caseConditions.ts';

/** Opens the store that a killed process left, looks into it, and closes it. */
export async function withStore<Result>(
  folder: string,
  look: (store: CaseStore) => Promise<Result>,
): Promise<Result> {
  const store = await openCaseStore(folder);
  try {
    return await look(store);
  } finally {
    await store.close();
  }
}

/** Nothing is torn: pages, references, the index, and every count that the writers keep beside the rows. */
export async function expectIntegrity(folder: string): Promise<void> {
  const database = await openDatabase(join(folder, 'cases.db'), migrations);
  try {
    expect(database.prepare('PRAGMA integrity_check').pluck().all()).toEqual(['ok']);
    expect(database.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
    database.write(() => database.prepare("INSERT INTO search (search) VALUES ('integrity-check')").run());
    const counted = Object.entries(classColumns).map(
      ([name, column]) => `c.${column} <> ifnull(sum(a.class = '${name}'), 0)`,
    );
    const wrong = database.prepare(`
      SELECT c.id FROM cases c JOIN studies ON case_id = c.id JOIN series ON study_id = studies.id
      JOIN slices s ON series_id = series.id LEFT JOIN analyses a ON a.id = s.newest_analysis_id
      GROUP BY c.id HAVING ${counted.join(' OR ')} OR c.slice_count <> count(*)
        OR c.agreeing_slices <> sum(s.agreement IS 'agrees') OR c.disagreeing_slices <> sum(s.agreement IS 'disagrees')`);
    expect(wrong.all()).toEqual([]);
    const stale = database.prepare(
      'SELECT id FROM slices s WHERE newest_analysis_id IS NOT (SELECT max(id) FROM analyses WHERE slice_id = s.id)',
    );
    expect(stale.all()).toEqual([]);
  } finally {
    database.close();
  }
}
