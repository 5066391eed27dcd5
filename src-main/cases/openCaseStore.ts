import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../src-shared/errors.ts';
import { clearReplacement, finishReplacement } from '../storage/backup/StoreReplacement.ts';
import { BlobStore } from '../storage/BlobStore.ts';
import { migrations } from '../storage/migrations.ts';
import { openDatabase } from '../storage/openDatabase.ts';
import type { CaseStore } from './CaseStore.ts';
import { oneHourMs, SqliteCaseStore } from './SqliteCaseStore.ts';

/**
 * Opens the case store of a folder, creating it where there is none: `cases.db` and `blobs/`. An erasure that a crash
 * cut short is finished, and so is a restored backup's exchange.
 *
 * @throws UserError 'store-unavailable', 'store-damaged', 'store-busy', 'store-from-newer-version',
 * 'disk-full' or 'component-missing'
 */
export async function openCaseStore(folder: string): Promise<CaseStore> {
  await finishReplacement(folder);
  const databaseFile = join(folder, 'cases.db');
  const blobFolder = join(folder, 'blobs');
  // An empty database beside pictures was not always empty; to start anew over it would hide a loss.
  if (!(await holdsSomething(databaseFile)) && existsSync(blobFolder)) throw new UserError('store-damaged');
  const database = await openDatabase(databaseFile, migrations);
  try {
    const blobs = await BlobStore.open(blobFolder);
    await blobs.removeAbandoned(oneHourMs);
    const store = new SqliteCaseStore(database, blobs);
    await store.finishErasures();
    await clearReplacement(folder);
    return store;
  } catch (error) {
    database.close();
    throw error;
  }
}

async function holdsSomething(file: string): Promise<boolean> {
  return ((await stat(file).catch(() => null))?.size ?? 0) > 0;
}
