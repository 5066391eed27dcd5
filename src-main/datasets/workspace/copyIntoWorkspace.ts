import { constants } from 'node:fs';
import { copyFile, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { throwIfCancelled, UserError, type CancelSignal } from '../../../src-shared/errors.ts';
import { syncFolder } from '../../storage/syncFolder.ts';

interface CopyOptions {
  signal?: CancelSignal;
  progress?: (done: number, total: number | null) => void;
}

/** So many files that two folders both have tell whether they are one. */
const comparedFiles = 32;

/**
 * Copies folders, archives and files into a data set's own folder, under their names. What lies there already is left
 * alone, so that a copy that was cut short goes on. A folder of a known name is the known one, perhaps changed, if at
 * least half of the files that both have are equal; else it is another one, as is a file with other content, and lies
 * beside it with a number. Links are not followed.
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
  for (const path of paths) {
    const isFile = (await stat(path).catch(() => null))?.isFile() === true;
    const isLoose = isFile && !/\.zip$/i.test(path);
    const wanted = isLoose ? join(target, 'files', basename(path)) : join(target, basename(path));
    try {
      throwIfCancelled(signal);
      const to = await freePlace(wanted, (place) =>
        isFile ? isSame(path, place) : isSameFolder(path, place),
      );
      for await (const inner of isFile ? [''] : filesIn(path)) {
        throwIfCancelled(signal);
        await copyWhole(join(path, inner), join(to, inner));
        progress?.(++done, null);
      }
      places.add(isLoose ? dirname(to) : to);
    } catch (error) {
      throw copyError(error, path);
    }
  }
  if (places.size > 0) await syncFolder(target);
  return [...places];
}

/** The place itself where nothing lies there or the same does, else the first with a number for which that holds. */
async function freePlace(wanted: string, holdsSame: (place: string) => Promise<boolean>): Promise<string> {
  const end = extname(wanted);
  for (let number = 1; ; number++) {
    const place = number === 1 ? wanted : `${wanted.slice(0, wanted.length - end.length)} (${number})${end}`;
    if ((await stat(place).catch(() => null)) === null || (await holdsSame(place))) return place;
  }
}

/** Files below a folder, relative to it. */
async function* filesIn(folder: string, inner = ''): AsyncGenerator<string> {
  for (const entry of await readdir(join(folder, inner), { withFileTypes: true })) {
    const path = join(inner, entry.name);
    if (entry.isDirectory()) yield* filesIn(folder, path);
    else if (entry.isFile()) yield path;
  }
}

async function isSameFolder(folder: string, known: string): Promise<boolean> {
  let [equal, both] = [0, 0];
  for await (const inner of filesIn(folder)) {
    if ((await stat(join(known, inner)).catch(() => null)) === null) continue;
    both++;
    if (await isSame(join(folder, inner), join(known, inner))) equal++;
    if (both === comparedFiles) break;
  }
  return 2 * equal >= both;
}

/** Whether two files have the same bytes. */
async function isSame(first: string, second: string): Promise<boolean> {
  const found = await stat(second).catch(() => null);
  if (found?.isFile() !== true || (await stat(first)).size !== found.size) return false;
  await using one = await open(first);
  await using other = await open(second);
  const [a, b] = [Buffer.alloc(chunkBytes), Buffer.alloc(chunkBytes)];
  for (let at = 0; at < found.size; at += chunkBytes) {
    const { bytesRead } = await one.read(a, 0, chunkBytes, at);
    await other.read(b, 0, chunkBytes, at);
    if (a.compare(b, 0, bytesRead, 0, bytesRead) !== 0) return false;
  }
  return true;
}

const chunkBytes = 2 ** 16;

/** Copies a file that is not there as it is; under a hidden name until it is whole. */
async function copyWhole(from: string, to: string): Promise<void> {
  if (await isSame(from, to)) return;
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  const part = join(dirname(to), `.${basename(to)}.part`);
  try {
    await copyFile(from, part, constants.COPYFILE_FICLONE);
    await rename(part, to);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

function copyError(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (error instanceof UserError || typeof code !== 'string') return error;
  if (code === 'ENOSPC' || code === 'EDQUOT') return new UserError('disk-full', {}, { cause: error });
  return new UserError('file-unreadable', { file: basename(path) }, { cause: error });
}
