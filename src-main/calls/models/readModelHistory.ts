import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { runHistorySchema } from '../../../src-shared/domain/trainingQueue.ts';
import type { EpochRecord } from '../../../src-shared/domain/trainingRun.ts';
import { UserError } from '../../../src-shared/errors.ts';
import { historyFileName } from '../../network/loadModel.ts';

/** A thousand epochs with the health of every block are a tenth of it. */
const mostBytes = 32 * 2 ** 20;

/**
 * The epochs of the run that a model comes from, for the curves of its card.
 *
 * @param folder - of the model
 * @returns null where the model brought none
 * @throws UserError 'model-damaged' where the file holds something else
 */
export async function readModelHistory(folder: string): Promise<EpochRecord[] | null> {
  const file = join(folder, historyFileName);
  const found = await stat(file).catch(() => null);
  if (found === null) return null;
  try {
    if (!found.isFile() || found.size > mostBytes) throw new RangeError('no history');
    return runHistorySchema.parse(JSON.parse(await readFile(file, 'utf8'))).epochs;
  } catch (cause) {
    const reason = `Its ${historyFileName} does not hold the epochs of a run.`;
    throw new UserError('model-damaged', { model: basename(folder), reason }, { cause });
  }
}
