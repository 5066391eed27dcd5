import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The environment's name of the folder in which children say that they have collected. */
export const collectedFolderName = 'BRATUM_SOAK_COLLECTED';

const mostMs = 20_000;

/**
 * Has a child of a soak collect its garbage, and waits until it has: what is resident afterwards is in use. A child that
 * does not listen, since it has just begun or ended, is left alone.
 *
 * @throws when a child that listens does not answer
 */
export async function collectGarbage(id: string): Promise<void> {
  const folder = process.env[collectedFolderName];
  if (folder === undefined) return;
  const mark = join(folder, id);
  if (!(await exists(mark))) return;
  await rm(mark);
  try {
    process.kill(Number(id), 'SIGUSR2');
  } catch {
    return;
  }
  for (const start = performance.now(); !(await exists(mark));) {
    if (performance.now() - start > mostMs) throw new Error(`process ${id} does not collect its garbage`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
