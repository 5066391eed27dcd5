import { mkdir, open, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../../src-shared/errors.ts';
import { syncFolder } from './syncFolder.ts';

/**
 * Writes a folder of files whole or not at all, in the place of an older one or of none.
 *
 * The files are written into `.NAME.new` beside the folder and synced; the old folder is renamed to `.NAME.old`, the new
 * one takes its name, and the old one is deleted. Whoever is killed at any byte leaves the old folder or the new one
 * under its name, except between the two renames: then the old one is whole under `.NAME.old`, and the next call puts
 * it back before anything else. One writer at a time.
 *
 * @param fill - writes the files into the folder that it is given; when it throws, the old folder stays
 * @throws UserError 'disk-full', 'folder-unwritable' (also where a file has the folder's name), or what `fill` throws
 */
export async function replaceFolder(
  folder: string,
  fill: (temporary: string) => Promise<void>,
): Promise<void> {
  // A link keeps pointing where it points.
  const target = await realpath(folder).catch(() => folder);
  const [parent, name] = [dirname(target), basename(target)];
  const temporary = join(parent, `.${name}.new`);
  const old = join(parent, `.${name}.old`);
  try {
    await mkdir(parent, { recursive: true });
    await putBack(target, old);
    await rm(temporary, { recursive: true, force: true });
    await mkdir(temporary);
    await fill(temporary);
    await syncFiles(temporary);
    await renameIfThere(target, old);
    await rename(temporary, target);
    await syncFolder(parent);
    await rm(old, { recursive: true, force: true });
  } catch (error) {
    await putBack(target, old).catch(() => undefined);
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
    throw toUserError(error, name);
  }
}

/** Undoes what a crash between the two renames left; after any other crash the old folder is not needed. */
async function putBack(target: string, old: string): Promise<void> {
  const found = await stat(target).catch(() => null);
  if (found !== null && !found.isDirectory())
    throw Object.assign(new Error('a file stands where the folder belongs'), { code: 'ENOTDIR' });
  if (found !== null) await rm(old, { recursive: true, force: true });
  else await renameIfThere(old, target);
}

async function renameIfThere(from: string, to: string): Promise<void> {
  await rename(from, to).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  });
}

async function syncFiles(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const handle = await open(join(folder, name), 'r+');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
  await syncFolder(folder);
}

function toUserError(error: unknown, folder: string): unknown {
  if (error instanceof UserError) return error;
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (code === 'ENOSPC' || code === 'EDQUOT') return new UserError('disk-full', {}, { cause: error });
  if (typeof code !== 'string') return error;
  return new UserError('folder-unwritable', { folder }, { cause: error });
}
