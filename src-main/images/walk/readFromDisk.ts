import { constants } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { UserError } from '../../../src-shared/errors.ts';
import { headBytes } from '../detectFormat.ts';
import { describeBytes } from './walkLimits.ts';

const reasonOfCode: Readonly<Record<string, string>> = {
  EACCES: 'access denied',
  EPERM: 'access denied',
  EISDIR: 'it is a folder',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files',
  ELOOP: 'its links run in a circle',
  ENAMETOOLONG: 'its path is too long',
};

/**
 * The error of a file system as one that a person can act on; the only place where such codes are read.
 * Errors of another kind are handed back as they are.
 */
export function translateFileError(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (error instanceof UserError || typeof code !== 'string' || !/^E[A-Z0-9]+$/.test(code)) return error;
  const file = basename(path);
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new UserError('file-not-found', { file }, { cause: error });
  return new UserError('file-unreadable', { file, reason: reasonOfCode[code] ?? code }, { cause: error });
}

/** The first bytes of a file, enough to know its format by. @throws UserError 'file-not-found', 'file-unreadable' */
export async function readHead(path: string): Promise<Uint8Array<ArrayBuffer>> {
  return withFile(path, (file) => readInto(new Uint8Array(headBytes), file));
}

/**
 * A whole file, in one allocation of its size.
 *
 * @param limit - the largest number of bytes to accept
 * @throws UserError 'file-not-found', 'file-unreadable', 'file-too-large'
 */
export async function readWhole(path: string, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  return withFile(path, async (file) => {
    const { size } = await file.stat();
    if (size > limit)
      throw new UserError('file-too-large', { file: basename(path), limit: describeBytes(limit) });
    return readInto(new Uint8Array(size), file);
  });
}

/** What lies at a path; a link is followed. @throws UserError 'file-not-found', 'file-unreadable' */
export async function kindOfPath(path: string): Promise<'file' | 'folder' | 'other'> {
  try {
    const found = await stat(path);
    return found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
  } catch (error) {
    throw translateFileError(error, path);
  }
}

async function withFile<T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  try {
    // Not blocking: a file that became a pipe since it was listed must not hold us up.
    await using file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    return await use(file);
  } catch (error) {
    throw translateFileError(error, path);
  }
}

/** Fills the buffer, or as much of it as the file holds. */
async function readInto(buffer: Uint8Array<ArrayBuffer>, file: FileHandle): Promise<Uint8Array<ArrayBuffer>> {
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
