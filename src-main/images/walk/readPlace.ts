import { stat } from 'node:fs/promises';
import { posix } from 'node:path';
import { UserError } from '../../../src-shared/errors.ts';
import { readWhole, translateFileError } from './readFromDisk.ts';
import { walkLimits } from './walkLimits.ts';
import { ZipArchive, type ZipEntry } from './ZipArchive.ts';

/**
 * The bytes of a file that a walk found earlier.
 *
 * @param path - absolute, or `archive.zip!/inner/path`
 * @throws UserError 'file-not-found', 'file-unreadable', 'file-too-large', or what is wrong with the archive
 */
export async function readPlace(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const [file, inner] = splitPlace(path);
  if (inner === null) return readWhole(file, walkLimits.fileBytes);
  const { archive, entries } = await openArchive(file);
  const entry = entries.get(inner);
  if (entry === undefined) throw new UserError('file-not-found', { file: posix.basename(inner) });
  return archive.readEntry(entry);
}

interface OpenedArchive {
  archive: ZipArchive;
  /** By path inside. */
  entries: ReadonlyMap<string, ZipEntry>;
}

/** The archive that was read last: whoever reads one picture of it mostly reads many, and its directory is long. */
let last: { stamp: string; opened: Promise<OpenedArchive> } | null = null;

async function openArchive(file: string): Promise<OpenedArchive> {
  const stamp = await stampOf(file);
  if (last?.stamp !== stamp) {
    const opened = readArchive(file);
    const made = { stamp, opened };
    last = made;
    // What could not be read may be there the next time.
    opened.catch(() => (last === made ? (last = null) : null));
  }
  return last.opened;
}

async function readArchive(file: string): Promise<OpenedArchive> {
  const archive = new ZipArchive(file, walkLimits);
  const entries = await archive.readDirectory();
  return { archive, entries: new Map(entries.map((entry) => [entry.path, entry])) };
}

/** Another text whenever another file lies there. */
async function stampOf(file: string): Promise<string> {
  try {
    const { ino, size, mtimeNs } = await stat(file, { bigint: true });
    return `${ino} ${size} ${mtimeNs} ${file}`;
  } catch (error) {
    throw translateFileError(error, file);
  }
}

/** The file on the disk, and the path inside it where it is an archive. */
export function splitPlace(path: string): [file: string, inner: string | null] {
  const at = path.search(/(?<=\.zip)!\//i);
  return at < 0 ? [path, null] : [path.slice(0, at), path.slice(at + 2)];
}
