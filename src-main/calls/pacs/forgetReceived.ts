import { readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const dayMs = 24 * 3600 * 1000;
/** As for pulled studies: pictures live in the archive, answers in the case store. */
const keptMs = 3 * dayMs;

/**
 * Deletes the studies below a folder to which nothing came for three days.
 *
 * @param waiting - folders of series that are still to be analysed; their studies stay
 */
export async function forgetReceived(root: string, waiting: readonly string[]): Promise<void> {
  const busy = new Set(waiting.map((folder) => dirname(folder)));
  for (const study of await namesIn(root)) {
    const folder = join(root, study);
    if (!busy.has(folder) && Date.now() - (await lastArrival(folder)) > keptMs)
      await rm(folder, { recursive: true, force: true });
  }
}

/** Of a folder; none where it is not there. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** A series' folder changes with each file in it, its study's only with a new series. */
async function lastArrival(study: string): Promise<number> {
  const folders = [study, ...(await namesIn(study)).map((series) => join(study, series))];
  return Math.max(...(await Promise.all(folders.map(async (folder) => (await stat(folder)).mtimeMs))));
}
