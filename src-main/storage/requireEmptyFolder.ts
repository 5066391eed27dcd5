import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { UserError } from '../../src-shared/errors.ts';

/**
 * Makes sure that nothing would be mixed up with what is there already.
 *
 * @param folder - absolute; it may not exist yet
 * @throws UserError 'folder-not-empty', 'folder-unwritable'
 */
export async function requireEmptyFolder(folder: string): Promise<void> {
  const names = await readdir(folder).catch((cause: NodeJS.ErrnoException): string[] => {
    if (cause.code === 'ENOENT') return [];
    throw new UserError('folder-unwritable', { folder: basename(folder) }, { cause });
  });
  if (names.length > 0) throw new UserError('folder-not-empty', { folder: basename(folder) });
}
