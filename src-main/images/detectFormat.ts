import { gunzipSync, constants } from 'node:zlib';
import type { FileFormat } from '../../src-shared/domain/slice.ts';
import { isDicom } from './dicom/isDicom.ts';
import { isDicomDirectory } from './dicom/readDicomDirectory.ts';

/** What a file is: a picture, or something that holds or lists pictures. */
export type DetectedFormat = FileFormat | 'zip' | 'dicomdir';

/** How many leading bytes suffice for `detectFormat`. */
export const headBytes = 1024;

const formatOfExtension: readonly [RegExp, DetectedFormat][] = [
  [/\.(dcm|dicom|dic|ima)$/i, 'dicom'],
  [/\.png$/i, 'png'],
  [/\.(jpe?g|jpe|jfif)$/i, 'jpeg'],
  [/\.tiff?$/i, 'tiff'],
  [/\.webp$/i, 'webp'],
  [/\.(bmp|dib)$/i, 'bmp'],
  [/\.nii(\.gz)?$/i, 'nifti'],
  [/\.zip$/i, 'zip'],
  [/^dicomdir$/i, 'dicomdir'],
];

/**
 * Finds out what a file is: by its content, else by a known extension, so that `scan.png` with a DICOM slice
 * inside is DICOM, and `scan.png` with garbage inside is a broken PNG rather than an unknown file.
 *
 * @param head - the whole file, or at least its first `headBytes`
 * @returns null for a file of no known kind
 */
export function detectFormat(head: Uint8Array<ArrayBuffer>, fileName: string): DetectedFormat | null {
  return (
    formatOfContent(head, fileName) ?? formatOfExtension.find(([name]) => name.test(fileName))?.[1] ?? null
  );
}

/** As `detectFormat`, by content alone; the name only tells an archive from the documents that are zip files. */
export function formatOfContent(head: Uint8Array<ArrayBuffer>, fileName: string): DetectedFormat | null {
  if (hasText(head, 128, 'DICM')) return isDicomDirectory(head) ? 'dicomdir' : 'dicom';
  if (hasText(head, 0, '\x89PNG\r\n\x1a\n')) return 'png';
  if (hasText(head, 0, '\xff\xd8\xff')) return 'jpeg';
  if (hasText(head, 0, 'RIFF') && hasText(head, 8, 'WEBP')) return 'webp';
  if (['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].some((magic) => hasText(head, 0, magic))) return 'tiff';
  if (isBitmap(head)) return 'bmp';
  if (isNifti(head) || isGzippedNifti(head)) return 'nifti';
  if (isZip(head)) return isNamedAsArchive(fileName) ? 'zip' : null;
  if (isDicom(head)) return 'dicom';
  return null;
}

function hasText(bytes: Uint8Array, offset: number, text: string): boolean {
  if (bytes.length < offset + text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[offset + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** "BM" alone begins many a text; the size of the second header must be one of those that exist. */
function isBitmap(head: Uint8Array): boolean {
  return (
    hasText(head, 0, 'BM') &&
    [12, 40, 52, 56, 64, 108, 124].includes(head[14] ?? 0) &&
    hasText(head, 15, '\0\0\0')
  );
}

function isNifti(head: Uint8Array): boolean {
  return hasText(head, 344, 'n+1\0') || hasText(head, 4, 'n+2\0');
}

function isGzippedNifti(head: Uint8Array): boolean {
  if (!hasText(head, 0, '\x1f\x8b\x08')) return false;
  try {
    return isNifti(gunzipSync(head.subarray(0, headBytes), { finishFlush: constants.Z_SYNC_FLUSH }));
  } catch {
    return false;
  }
}

function isZip(head: Uint8Array): boolean {
  return hasText(head, 0, 'PK\x03\x04') || hasText(head, 0, 'PK\x05\x06');
}

/** Word documents, Java archives and NumPy files are zip files too, but no collections of pictures. */
function isNamedAsArchive(fileName: string): boolean {
  return /\.zip$/i.test(fileName) || !/\.[a-z0-9]+$/i.test(fileName);
}
