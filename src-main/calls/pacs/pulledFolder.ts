import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

/** Its name in the folder of the store. */
export const pulledName = 'pulled';

const dayMs = 24 * 3600 * 1000;
/** Long enough for a pull that was broken off to go on; pictures live in the archive, answers in the case store. */
const keptMs = 3 * dayMs;

/**
 * The folder into which the studies of an archive are pulled, which this user alone may enter. Studies that nobody asked
 * for in three days are deleted on the way.
 */
export async function pulledFolder(storeFolder: string, archive: string, study: string): Promise<string> {
  const root = join(storeFolder, pulledName);
  await mkdir(root, { recursive: true, mode: 0o700 });
  for (const name of await readdir(root, { recursive: false })) {
    for (const old of await readdir(join(root, name))) {
      const folder = join(root, name, old);
      if (old !== study && Date.now() - (await stat(folder)).mtimeMs > keptMs)
        await rm(folder, { recursive: true, force: true });
    }
  }
  const folder = join(root, archive);
  await mkdir(join(folder, study), { recursive: true });
  const now = new Date();
  await utimes(join(folder, study), now, now);
  return folder;
}
