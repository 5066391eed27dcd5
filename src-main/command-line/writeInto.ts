import { basename } from 'node:path';
import { UserError } from '../../src-shared/errors.ts';

/**
 * Carries out something that writes below a folder which a person named.
 *
 * @throws UserError 'disk-full' or 'folder-unwritable'
 */
export async function writeInto(folder: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    const isFull = (error as NodeJS.ErrnoException).code === 'ENOSPC';
    throw isFull
      ? new UserError('disk-full', {}, { cause: error })
      : new UserError('folder-unwritable', { folder: basename(folder) }, { cause: error });
  }
}
