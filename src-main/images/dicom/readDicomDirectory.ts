import { ElementReader } from './ElementReader.ts';
import { naming } from './naming.ts';
import { mediaStorageSopClass, parseDicomFile } from './parseDicomFile.ts';

const mediaStorageDirectoryStorage = '1.2.840.10008.1.3.10';
const inactiveRecord = 0;

/** True where the file says that it is a DICOMDIR. Only its meta information is read. */
export function isDicomDirectory(bytes: Uint8Array): boolean {
  return mediaStorageSopClass(bytes) === mediaStorageDirectoryStorage;
}

/**
 * The files that a DICOMDIR refers to (PS3.3 annex F), in the order of its records. The records form a tree by offsets,
 * but all of them also lie in one sequence; reading that one instead of following offsets, no cycle can trap us.
 *
 * @returns each file once, relative to the DICOMDIR's folder, components joined by `/`; what the file says, so whoever
 *   opens them must refuse those that lead elsewhere
 * @throws UserError as `parseDicomFile`
 */
export function readDicomDirectory(bytes: Uint8Array<ArrayBuffer>, fileName: string): string[] {
  try {
    const records = new ElementReader(parseDicomFile(bytes).dataSet).items('directoryRecordSequence');
    return [...new Set(records.flatMap(referencedPath))];
  } catch (error) {
    throw naming(fileName, error);
  }
}

function referencedPath(record: ElementReader): string[] {
  if (record.uint16('recordInUseFlag') === inactiveRecord) return [];
  const path = record
    .texts('referencedFileId')
    .map((component) => component.trim())
    .join('/');
  return path === '' ? [] : [path];
}
