import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { daikonSeries, OpenedWorkstation } from '../flows/openedWorkstation.ts';

/** Time for a person to look for their files. */
const prepareMs = 3000;

/**
 * Milliseconds from asking for an answer to the first one, in a workstation that has just started, in a process of its
 * own: with a page before a person for three seconds, or asked at once.
 */
export function firstAnswerMs(isPrepared: boolean): number {
  const words = [import.meta.filename, ...(isPrepared ? ['--prepared'] : [])];
  const { stdout, stderr, status } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return Number(stdout);
}

async function measure(isPrepared: boolean): Promise<number> {
  const workstation = await OpenedWorkstation.open();
  try {
    if (isPrepared) {
      workstation.warmUp();
      await new Promise((resolve) => setTimeout(resolve, prepareMs));
    }
    const slices = await workstation.openSlices(join(daikonSeries, 'brain_010.dcm'));
    const startedAt = performance.now();
    await workstation.job('analyseSlices', { slices });
    return performance.now() - startedAt;
  } finally {
    await workstation.close();
  }
}

if (import.meta.main) console.log(await measure(process.argv.includes('--prepared')));
