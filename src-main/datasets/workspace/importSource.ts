import { existsSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfCancelled, UserError, type CancelSignal } from '../../../src-shared/errors.ts';
import { splitPlace } from '../../images/walk/readPlace.ts';
import { readUnder, type ReadFile } from '../../images/walk/readUnder.ts';
import { describeForWorkspace, type AskGuard } from './describeForWorkspace.ts';
import { isArchive, placeInSource } from './placeInSource.ts';
import type { IntakeFate, PictureIntake, TakenFile } from './PictureIntake.ts';

/** How many files and pictures had which fate. */
export interface ImportTally extends Record<IntakeFate, number> {
  skipped: number;
  missing: number;
}

/** What an import of one source needs. */
export interface ImportTask {
  /** Absolute path of a folder, an archive or a file. */
  path: string;
  intake: PictureIntake;
  /** Null: no guard is asked. */
  askGuard: AskGuard | null;
  signal?: CancelSignal;
  /** Hears how many files have been dealt with. */
  onFile?: () => void;
}

/** Written at once: what a crash can lose is read again in a moment. */
const batchSize = 48;

/**
 * Reads every new or changed file of a source into the workspace, a few ahead and nothing kept, so that memory does not
 * grow with the number of files. Files that are known by path, size and time are not opened; content that lay elsewhere
 * and no longer does keeps its labels. Whatever ends it, the batches before stay, and the next import goes on from there.
 *
 * @throws UserError 'cancelled', 'file-not-found' where the source itself is gone, or 'store-…'
 */
export async function importSource({
  path: root,
  intake,
  askGuard,
  signal,
  onFile,
}: ImportTask): Promise<ImportTally> {
  if (!existsSync(root)) throw new UserError('file-not-found', { file: nameOf(root) });
  const tally: ImportTally = {
    added: 0,
    unchanged: 0,
    updated: 0,
    relinked: 0,
    unreadable: 0,
    skipped: 0,
    missing: 0,
  };
  const stampOf = stampsUnder(root);
  let batch: TakenFile[] = [];
  const write = (): void => {
    for (const [i, fate] of intake.take(batch, stillThere).entries()) {
      const { outcome } = batch[i]!;
      tally[fate] += 'error' in outcome ? 1 : outcome.pictures.length;
    }
    batch = [];
  };
  const wantsFile = (path: string): boolean => {
    const known = intake.knows(path, stampOf(path));
    if (known === null) return true;
    if (known === 'unreadable') tally.unreadable++;
    else tally.unchanged += known;
    onFile?.();
    return false;
  };
  const read = async (file: ReadFile) => ({
    path: file.path,
    fileHash: file.fileHash,
    pictures: await describeForWorkspace(file, askGuard),
  });
  const base = isArchive(root) ? `${root}!` : root;
  try {
    for await (const item of readUnder(root, { read, wantsFile, signal, base })) {
      if (item.kind === 'skipped') tally.skipped++;
      else if (item.kind === 'failure')
        batch.push({ path: item.path, stamp: stampOf(item.path), outcome: { error: item.error } });
      else batch.push({ path: item.value.path, stamp: stampOf(item.value.path), outcome: item.value });
      onFile?.();
      if (batch.length >= batchSize) write();
    }
  } finally {
    write();
  }
  throwIfCancelled(signal);
  tally.missing = intake.finish();
  return tally;
}

/** How many files there are to deal with below a folder; 1 for anything else, whose inside is not known yet. */
export async function countFiles(path: string, signal?: CancelSignal): Promise<number> {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return 1;
  let count = 0;
  const pending = [path];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    throwIfCancelled(signal);
    // What cannot be entered is told by the import itself.
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => []))
      if (entry.isDirectory()) pending.push(join(folder, entry.name));
      else count++;
  }
  return count;
}

/** Size and time of the file that holds a path: of an archive for all that is in it. */
function stampsUnder(root: string): (path: string) => string {
  let last: { file: string; stamp: string } = { file: '', stamp: '' };
  return (path) => {
    const file = fileOf(root, path);
    if (last.file === file) return last.stamp;
    const found = statSync(file, { throwIfNoEntry: false });
    last = { file, stamp: found === undefined ? 'gone' : `${found.size} ${found.mtimeMs}` };
    return last.stamp;
  };
}

/** The file on the disk that holds a picture. */
function fileOf(sourcePath: string, path: string): string {
  return splitPlace(placeInSource({ sourcePath, path }))[0];
}

function stillThere(sourcePath: string, path: string): boolean {
  return existsSync(fileOf(sourcePath, path));
}

function nameOf(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? '';
}
