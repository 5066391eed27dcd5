import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { UserError } from '../../src-shared/errors.ts';
import { syncFolder } from './syncFolder.ts';

/**
 * Writes a file whole or not at all: to a temporary name beside it, synced, renamed over the old one, and the folder
 * synced. Whoever is killed at any byte leaves the old file or the new one.
 *
 * @param parts - one after the other; when they throw, the old file stays
 * @param mode - of the file, from its first byte on, less the process's mask
 * @throws UserError 'disk-full', 'folder-unwritable', or what the parts throw
 */
export async function writeDurably(
  file: string,
  parts: Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string>,
  mode = 0o666,
): Promise<void> {
  const temporary = `${file}.part`;
  try {
    const handle = await open(temporary, 'w', mode);
    try {
      for await (const part of parts) await handle.writeFile(part);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
    await syncFolder(dirname(file));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    const code = (error as NodeJS.ErrnoException | null)?.code;
    if (code === 'ENOSPC' || code === 'EDQUOT') throw new UserError('disk-full', {}, { cause: error });
    if (error instanceof UserError || typeof code !== 'string') throw error;
    throw new UserError('folder-unwritable', { folder: basename(dirname(file)) }, { cause: error });
  }
}
