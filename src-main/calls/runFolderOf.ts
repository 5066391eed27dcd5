import { basename, join } from 'node:path';

/** The folder of a run of the queue, under that of the case store; an id leads nowhere else. */
export function runFolderOf(storeFolder: string, run: string): string {
  return join(storeFolder, 'runs', basename(run));
}
