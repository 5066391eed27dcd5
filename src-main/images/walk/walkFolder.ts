import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { WalkItem } from '../FoundFile.ts';
import { inspectFile } from './inspectFile.ts';
import { isHidden } from './isHidden.ts';
import { isInside } from './isInside.ts';
import { kindOfPath, translateFileError } from './readFromDisk.ts';
import { failure, skipped } from './walkItems.ts';
import type { WalkLimits } from './walkLimits.ts';

/**
 * Everything below a folder, sorted by path. A link to a file is followed where the file lies below the
 * folder too (data sets are kept like that); a link to a folder never, so that no circle can hold the walk
 * up: what it leads to is met in its own place or does not belong here.
 *
 * @param passOver - absolute paths of folders to leave alone
 */
export async function* walkFolder(
  root: string,
  limits: WalkLimits,
  passOver: ReadonlySet<string>,
): AsyncGenerator<WalkItem> {
  const pending: Place[] = await placesIn(root);
  for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
    const { path, entry } = place;
    if (isHidden(entry.name)) yield skipped(path, 'hidden');
    else if (entry.isSymbolicLink()) yield* followLink(path, root, limits);
    else if (entry.isFile()) yield* inspectFile(path, { isNamed: false, limits });
    else if (!entry.isDirectory()) yield skipped(path, 'neither file nor folder');
    else if (passOver.has(path)) yield skipped(path, 'written by this program');
    else {
      try {
        pending.push(...(await placesIn(path)));
      } catch (error) {
        yield failure(path, error);
      }
    }
  }
}

interface Place {
  path: string;
  entry: Dirent;
}

/** What a folder holds, the last first, as a stack wants it. A folder sorts as its content will: with a slash. */
async function placesIn(folder: string): Promise<Place[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const key = (entry: Dirent): string => (entry.isDirectory() ? `${entry.name}/` : entry.name);
    return entries
      .sort((a, b) => (key(a) < key(b) ? 1 : -1))
      .map((entry) => ({ path: join(folder, entry.name), entry }));
  } catch (error) {
    throw translateFileError(error, folder);
  }
}

async function* followLink(path: string, root: string, limits: WalkLimits): AsyncGenerator<WalkItem> {
  try {
    if ((await kindOfPath(path)) !== 'file') yield skipped(path, 'a link to a folder');
    else if (!(await isInside(path, root))) yield skipped(path, 'a link that leads out of the folder');
    else yield* inspectFile(path, { isNamed: false, limits });
  } catch (error) {
    yield failure(path, error);
  }
}
