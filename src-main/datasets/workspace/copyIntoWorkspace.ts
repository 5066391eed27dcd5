import { constants } from 'node:fs';
import { copyFile, mkdir, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { throwIfCancelled, UserError, type CancelSignal } from '../../../src-shared/errors.ts';
import { syncFolder } from '../../storage/syncFolder.ts';

interface CopyOptions {
  signal?: CancelSignal;
  progress?: (done: number, total: number | null) => void;
}

/**
 * Copies folders, archives and files into a data set's own folder, under their names. A file that lies there already with
 * the same size is left alone, so that a copy that was cut short goes on. Links are not followed.
 *
 * @param target - made if need be
 * @returns the folder that loose files were copied to, and the places of the rest: what is to be imported
 * @throws UserError 'cancelled', 'disk-full', 'file-unreadable'
 */
export async function copyIntoWorkspace(
  target: string,
  paths: readonly string[],
  { signal, progress }: CopyOptions,
): Promise<string[]> {
  const places = new Set<string>();
  let done = 0;
  const copyAll = async (from: string, to: string): Promise<void> => {
    throwIfCancelled(signal);
    const found = await stat(from);
    if (found.isDirectory()) {
      await mkdir(to, { recursive: true, mode: 0o700 });
      for (const entry of await readdir(from, { withFileTypes: true }))
        if (entry.isDirectory() || entry.isFile())
          await copyAll(join(from, entry.name), join(to, entry.name));
      return;
    }
    const known = await stat(to).catch(() => null);
    if (known?.size !== found.size) {
      await mkdir(dirname(to), { recursive: true, mode: 0o700 });
      await copyFile(from, to, constants.COPYFILE_FICLONE);
    }
    progress?.(++done, null);
  };
  for (const path of paths) {
    const isLoose = (await stat(path).catch(() => null))?.isFile() && !/\.zip$/i.test(path);
    const to = isLoose ? join(target, 'files', basename(path)) : join(target, basename(path));
    try {
      await copyAll(path, to);
    } catch (error) {
      throw copyError(error, path);
    }
    places.add(isLoose ? dirname(to) : to);
  }
  if (places.size > 0) await syncFolder(target);
  return [...places];
}

function copyError(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (error instanceof UserError || typeof code !== 'string') return error;
  if (code === 'ENOSPC' || code === 'EDQUOT') return new UserError('disk-full', {}, { cause: error });
  return new UserError('file-unreadable', { file: basename(path) }, { cause: error });
}
