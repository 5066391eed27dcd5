import { resolve } from 'node:path';
import { UserError, throwIfCancelled, type CancelSignal } from '../../../src-shared/errors.ts';
import type { WalkItem } from '../FoundFile.ts';
import { inspectFile } from './inspectFile.ts';
import { kindOfPath } from './readFromDisk.ts';
import { failure } from './walkItems.ts';
import { walkFolder } from './walkFolder.ts';
import { walkLimits, type WalkLimits } from './walkLimits.ts';

export interface WalkOptions {
  limits?: Partial<WalkLimits>;
  /** Absolute paths of folders that a walk of a folder above them leaves alone: what the caller writes itself. */
  passOver?: readonly string[];
}

/**
 * Finds the pictures in files, folders, zip archives and DICOMDIRs, sorted by path.
 *
 * What cannot be read is a `failure`, and the walk goes on. A named file of no known kind is a failure too;
 * inside a folder or an archive it is `skipped`, as are hidden files, links that lead out of the folder and
 * archives within archives. A file is found by its first kilobyte; its bytes are read when asked for. What lies
 * below two of the paths is met once.
 *
 * @param paths - files and folders as a person named them; relative ones count from the working folder
 * @throws UserError 'cancelled' once the signal is aborted
 */
export async function* walkFiles(
  paths: readonly string[],
  options: WalkOptions = {},
  signal?: CancelSignal,
): AsyncGenerator<WalkItem> {
  const limits = { ...walkLimits, ...options.limits };
  const passOver = new Set(options.passOver);
  const met = new Set<string>();
  for (const { path, kind } of await sortedAsWalked(paths)) {
    throwIfCancelled(signal);
    for await (const item of walkNamed(path, kind, limits, passOver)) {
      throwIfCancelled(signal);
      const found = item.kind === 'file' ? item.file.path : item.path;
      if (met.has(found)) continue;
      // A file that its folder passed over may be named as well, and is then a failure.
      if (item.kind !== 'skipped') met.add(found);
      yield item;
    }
  }
}

type Kind = Awaited<ReturnType<typeof kindOfPath>>;

/** A folder sorts as its content will: with a slash. */
async function sortedAsWalked(paths: readonly string[]): Promise<{ path: string; kind: Kind | null }[]> {
  const named = [...new Set(paths.map((path) => resolve(path)))];
  const kinds = await Promise.all(named.map((path) => kindOfPath(path).catch(() => null)));
  return named
    .map((path, index) => ({
      path,
      kind: kinds[index] ?? null,
      key: kinds[index] === 'folder' ? `${path}/` : path,
    }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

async function* walkNamed(
  path: string,
  knownKind: Kind | null,
  limits: WalkLimits,
  passOver: ReadonlySet<string>,
): AsyncGenerator<WalkItem> {
  try {
    const kind = knownKind ?? (await kindOfPath(path));
    if (kind === 'folder') yield* walkFolder(path, limits, passOver);
    else if (kind === 'file') yield* inspectFile(path, { isNamed: true, limits });
    else
      throw new UserError('file-unreadable', {
        file: path.split(/[\\/]/).at(-1) ?? '',
        reason: 'it is no file',
      });
  } catch (error) {
    yield failure(path, error);
  }
}
