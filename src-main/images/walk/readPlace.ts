import { posix } from 'node:path';
import { UserError } from '../../../src-shared/errors.ts';
import { readWhole } from './readFromDisk.ts';
import { walkLimits } from './walkLimits.ts';
import { ZipArchive } from './ZipArchive.ts';

/**
 * The bytes of a file that a walk found earlier.
 *
 * @param path - absolute, or `archive.zip!/inner/path`
 * @throws UserError 'file-not-found', 'file-unreadable', 'file-too-large', or what is wrong with the archive
 */
export async function readPlace(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const [file, inner] = splitPlace(path);
  if (inner === null) return readWhole(file, walkLimits.fileBytes);
  const archive = new ZipArchive(file, walkLimits);
  const entry = (await archive.readDirectory()).find((one) => one.path === inner);
  if (entry === undefined) throw new UserError('file-not-found', { file: posix.basename(inner) });
  return archive.readEntry(entry);
}

/** The file on the disk, and the path inside it where it is an archive. */
export function splitPlace(path: string): [file: string, inner: string | null] {
  const at = path.search(/(?<=\.zip)!\//i);
  return at < 0 ? [path, null] : [path.slice(0, at), path.slice(at + 2)];
}
