import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, sep } from 'node:path';
import { translateFileError } from './readFromDisk.ts';

/** True where a path, with all its links followed, lies below a folder. @throws UserError 'file-not-found', 'file-unreadable' */
export async function isInside(path: string, folder: string): Promise<boolean> {
  try {
    const way = relative(await realpath(folder), await realpath(path));
    return way !== '' && !isAbsolute(way) && way !== '..' && !way.startsWith(`..${sep}`);
  } catch (error) {
    throw translateFileError(error, path);
  }
}
