import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { BackupSummary } from '../../../src-shared/domain/backup.ts';
import { throwIfCancelled, UserError, type CancelSignal } from '../../../src-shared/errors.ts';
import { migrations } from '../migrations.ts';
import { openDatabase } from '../openDatabase.ts';
import { Backup } from './Backup.ts';
import { blobEntry } from './backupFormat.ts';
import { StoreReplacement } from './StoreReplacement.ts';
import { StoreSnapshot } from './StoreSnapshot.ts';

export interface RestoreTask {
  file: string;
  storeFolder: string;
  /** Cases that are in the store now may go. */
  isReplacing: boolean;
  /**
   * Closes the old store, lets `exchange` put the new one in its place, and opens that; when it throws before the
   * exchange, the old store stays.
   */
  exchangeAndOpen: (exchange: () => Promise<void>) => Promise<void>;
  signal?: CancelSignal;
  /** Files unpacked so far, of how many. */
  progress?: (done: number, total: number) => void;
}

/**
 * Puts the store of a backup in the place of a folder's store. Everything is unpacked beside the old store and checked
 * before anything is exchanged; the old store is deleted after the new one was opened in its place.
 *
 * @throws UserError 'store-not-empty' unless `isReplacing`, 'backup-damaged', 'store-from-newer-version', 'store-busy'
 * while another program has the store open, 'disk-full', 'cancelled'; the old store is then as it was
 */
export async function restoreBackup(task: RestoreTask): Promise<BackupSummary> {
  const { file, storeFolder, isReplacing, exchangeAndOpen, signal } = task;
  using backup = await Backup.open(file);
  if (!isReplacing && (await holdsCases(storeFolder))) throw new UserError('store-not-empty');
  using replacement = await StoreReplacement.begin(storeFolder);
  if (replacement === null) throw new UserError('store-busy');
  try {
    const staged = await replacement.stage();
    await backup.unpack(staged, task);
    await mkdir(join(staged, 'blobs'), { recursive: true, mode: 0o700 });
    await checkStore(staged, file);
    throwIfCancelled(signal);
    await exchangeAndOpen(async () => {
      await replacement.decide();
      await replacement.exchange();
    });
    await replacement.clear();
  } catch (error) {
    if (!replacement.isUnderWay) await replacement.clear();
    throw error;
  }
  return backup.summary;
}

async function holdsCases(storeFolder: string): Promise<boolean> {
  if (!existsSync(join(storeFolder, 'cases.db'))) return existsSync(join(storeFolder, 'blobs'));
  try {
    using snapshot = await StoreSnapshot.take(storeFolder);
    return snapshot.describe().cases > 0;
  } catch {
    // Whatever cannot be read may hold something.
    return true;
  }
}

/** Brings the staged database to the newest schema and makes sure that it is whole, and of its pictures. */
async function checkStore(folder: string, file: string): Promise<void> {
  const damaged = (cause?: unknown): UserError =>
    new UserError('backup-damaged', { file: basename(file) }, { cause });
  try {
    const database = await openDatabase(join(folder, 'cases.db'), migrations);
    try {
      const verdict = database.prepare('PRAGMA integrity_check(1)').pluck().get();
      const orphan = database.prepare('PRAGMA foreign_key_check').get();
      const hashes = database.prepare<[], string>('SELECT DISTINCT pixel_hash FROM slices').pluck();
      const isComplete = hashes.all().every((hash) => existsSync(join(folder, blobEntry(hash))));
      if (verdict !== 'ok' || orphan !== undefined || !isComplete) throw damaged();
    } finally {
      database.close();
    }
  } catch (error) {
    if (error instanceof UserError && error.code === 'store-damaged') throw damaged(error);
    throw error;
  }
  // A copy from before a migration would be one more copy of the backup.
  for (const name of await readdir(folder)) if (name.includes('.version-')) await rm(join(folder, name));
}
