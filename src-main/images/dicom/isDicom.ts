import { locateDataSet } from './locateDataSet.ts';

/** True where a file that begins with these bytes (some hundreds suffice) is DICOM, with or without its preamble. */
export function isDicom(bytes: Uint8Array): boolean {
  return locateDataSet(bytes) !== null;
}
