import { constants } from 'node:fs';
import { copyFile, link, mkdir, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../../../src-shared/errors.ts';

/**
 * Keeps a folder that will go, such as one that a page uploaded, under another place: by hard links, which take no room,
 * else by copies.
 *
 * @returns the path that the folder has there
 * @throws UserError 'disk-full', 'folder-unwritable'
 */
export async function keepPictures(folder: string, place: string): Promise<string> {
  const target = join(place, basename(folder));
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((one) => one.isFile())) {
      const from = join(entry.parentPath, entry.name);
      const to = join(target, from.slice(folder.length + 1));
      await mkdir(dirname(to), { recursive: true });
      await link(from, to).catch(() => copyFile(from, to, constants.COPYFILE_FICLONE));
    }
    return target;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT') throw new UserError('disk-full', {}, { cause });
    throw new UserError('folder-unwritable', { folder: basename(place) }, { cause });
  }
}
