import type { ParsedInput } from '../../src-shared/contract/calls.ts';
import type { DeliveredBackup } from '../../src-shared/contract/events.ts';
import type { BackupSummary } from '../../src-shared/domain/backup.ts';
import { Backup } from '../storage/backup/Backup.ts';
import { restoreBackup, type RestoreTask } from '../storage/backup/restoreBackup.ts';
import { writeBackup, type BackupTask, type WrittenBackup } from '../storage/backup/writeBackup.ts';
import { deliverFile } from './deliverFile.ts';
import type { JobContext } from './Jobs.ts';
import { openStore } from './openStore.ts';
import type { Parts } from './Parts.ts';

/** Hands a backup of the store to the person. @throws UserError as `deliverFile` and `writeBackup` */
export async function backUpStore(
  { host, storeFolder }: Pick<Parts, 'host' | 'storeFolder'>,
  { signal, progress }: Pick<JobContext, 'signal' | 'progress'>,
): Promise<DeliveredBackup> {
  let written: WrittenBackup | null = null;
  const name = `BraTum backup ${new Date().toISOString().slice(0, 10)}.zip`;
  const delivered = await deliverFile(host, name, async (file) => {
    written = await writeBackup({ storeFolder, file, applicationVersion: host.version, signal, progress });
  });
  return { ...(written as unknown as WrittenBackup), ...delivered };
}

/** What a backup says of itself. @throws UserError 'backup-damaged', 'store-from-newer-version' */
export async function describeBackup(file: string): Promise<BackupSummary> {
  using backup = await Backup.open(file);
  return backup.summary;
}

/** Exchanges the opened store for that of a backup. @throws UserError as `restoreBackup` */
export async function restoreStore(
  { source, isReplacing }: ParsedInput<'restoreStore'>,
  { host, storeFolder, storeSlot, sources }: Pick<Parts, 'host' | 'storeFolder' | 'storeSlot' | 'sources'>,
  { signal, progress }: Pick<JobContext, 'signal' | 'progress'>,
): Promise<BackupSummary> {
  const summary = await restoreBackup({
    file: sources.resolve(source),
    storeFolder,
    isReplacing,
    signal,
    progress,
    exchangeAndOpen: (exchange) => storeSlot.exchange(exchange),
  });
  host.emit({ name: 'storeReplaced', payload: {} });
  host.emit({ name: 'casesChanged', payload: {} });
  return summary;
}

/** Writes a backup of a folder's store, which others may use meanwhile. @throws UserError as `writeBackup` */
export function backUpFolder(task: BackupTask): Promise<WrittenBackup> {
  return writeBackup(task);
}

/** Puts a backup in the place of a folder's store, which nobody may use meanwhile. @throws UserError as `restoreBackup` */
export function restoreFolder(task: Omit<RestoreTask, 'exchangeAndOpen'>): Promise<BackupSummary> {
  return restoreBackup({
    ...task,
    exchangeAndOpen: async (exchange) => {
      await exchange();
      await (await openStore(task.storeFolder)).close();
    },
  });
}
