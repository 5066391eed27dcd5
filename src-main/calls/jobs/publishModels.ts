import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelSet } from '../../../src-shared/domain/jobs.ts';
import { UserError } from '../../../src-shared/errors.ts';
import type { ModelShelf, ShelfFile } from '../../jobs/ModelShelf.ts';
import type { ModelLibrary } from '../ModelLibrary.ts';

/**
 * Puts the models of a submission where workers that do not have them find them.
 *
 * @param wish - as in `modelSetOf`
 * @throws UserError 'model-not-found', 'model-damaged', 'store-…', 'fleet-store-unreachable'
 */
export async function publishModels(
  set: ModelSet,
  wish: string,
  models: ModelLibrary,
  shelf: ModelShelf,
): Promise<void> {
  await shelf.put(set, async (fingerprint) => {
    const member = set.members.find((one) => one.fingerprint === fingerprint);
    if (member === undefined) throw new UserError('model-not-found', { model: wish });
    const { folder } = await models.load(member.slot === 'named' ? wish : member.name);
    return filesIn(folder);
  });
}

async function filesIn(folder: string): Promise<ShelfFile[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  return Promise.all(names.map(async (name) => ({ name, bytes: await readFile(join(folder, name)) })));
}
