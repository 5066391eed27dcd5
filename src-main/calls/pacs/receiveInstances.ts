import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readInstance, type DicomInstance } from '../../images/dicom/readInstance.ts';
import {
  startStorageService,
  type RunningStorage,
  type StorageOptions,
} from '../../interop/dimse/StorageService.ts';
import { writeDurably } from '../../storage/writeDurably.ts';

/**
 * Receives over C-STORE into `<folder>/<study>/<series>/<instance>.dcm`; each is on the disk before it is acknowledged.
 *
 * @param onReceived - hears of each, and of the folder of its series, before it is acknowledged; it may still refuse by throwing
 * @throws UserError what `startStorageService` throws
 */
export function receiveInstances(
  folder: string,
  options: Omit<StorageOptions, 'onInstance'>,
  onReceived: (instance: DicomInstance, folder: string) => void,
): Promise<RunningStorage> {
  return startStorageService({
    ...options,
    onInstance: async (bytes) => {
      const instance = readInstance(bytes, 'instance');
      const target = join(folder, instance.studyInstanceUid, instance.seriesInstanceUid);
      await mkdir(target, { recursive: true });
      await writeDurably(join(target, `${instance.sopInstanceUid}.dcm`), [bytes]);
      onReceived(instance, target);
    },
  });
}
