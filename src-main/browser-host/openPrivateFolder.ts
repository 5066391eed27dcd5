import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../src-shared/errors.ts';

/** `<kind>-<process id>-<random>`: the id tells whether the folder's owner still runs. */
const folderPattern = /^(?:uploads|downloads)-(\d+)-/;

/**
 * Makes a folder of mode 0700 for the files of one host, and clears away those of processes that are gone.
 *
 * @throws UserError 'folder-unwritable'
 */
export async function openPrivateFolder(
  temporaryFolder: string,
  kind: 'uploads' | 'downloads',
): Promise<string> {
  try {
    await mkdir(temporaryFolder, { recursive: true, mode: 0o700 });
    await removeStale(temporaryFolder);
    return await mkdtemp(join(temporaryFolder, `${kind}-${process.pid}-`));
  } catch (cause) {
    throw new UserError('folder-unwritable', { folder: 'temporary files' }, { cause });
  }
}

/** Deletes what earlier processes left behind when they were killed. */
async function removeStale(temporaryFolder: string): Promise<void> {
  for (const name of await readdir(temporaryFolder)) {
    const processId = folderPattern.exec(name)?.[1];
    if (processId !== undefined && !isRunning(Number(processId))) {
      await rm(join(temporaryFolder, name), { recursive: true, force: true });
    }
  }
}

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
