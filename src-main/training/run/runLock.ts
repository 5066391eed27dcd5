import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { uptime } from 'node:os';
import { basename, dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { UserError } from '../../../src-shared/errors.ts';

/** Longer than a lock file is without its content while its owner lives. */
const emptyMs = 200;

/** Clocks and file systems round. */
const toleranceMs = 60_000;

/** Locks of this process: its own number in a lock file says nothing about them, since numbers come again. */
const held = new Set<string>();

/**
 * Takes a lock file that holds the owner's process number. One owner at a time; the lock of a process that was killed
 * is taken over.
 *
 * @param file - absolute
 * @throws UserError 'run-busy', 'folder-unwritable'
 */
export async function acquireLock(file: string): Promise<void> {
  const folder = basename(dirname(file));
  if (held.has(file)) throw new UserError('run-busy', { folder });
  held.add(file);
  try {
    if (await created(file)) return;
    if (await isOwned(file)) throw new UserError('run-busy', { folder });
    await rm(file, { force: true });
    if (!(await created(file))) throw new UserError('run-busy', { folder });
  } catch (error) {
    held.delete(file);
    if (error instanceof UserError) throw error;
    throw new UserError('folder-unwritable', { folder }, { cause: error });
  }
}

/** Gives a lock back. */
export async function releaseLock(file: string): Promise<void> {
  await rm(file, { force: true });
  held.delete(file);
}

/** Whether somebody, here or in another process, holds a lock. */
export async function isLockHeld(file: string): Promise<boolean> {
  return held.has(file) || (await isOwned(file));
}

async function created(file: string): Promise<boolean> {
  try {
    await writeFile(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Whether the lock's owner runs. One from before the machine started does not, whoever has its number now. */
async function isOwned(file: string): Promise<boolean> {
  const lock = await stat(file).catch(() => null);
  if (lock === null || lock.mtimeMs < Date.now() - uptime() * 1000 - toleranceMs) return false;
  if (lock.size === 0) await wait(emptyMs);
  const owner = Number(await readFile(file, 'utf8').catch(() => ''));
  return owner !== process.pid && isRunning(owner);
}

/** Signal 0 asks whether a process is there. */
function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
