import { hash } from 'node:crypto';
import type { ModelSet, SetMember } from '../../../src-shared/domain/jobs.ts';
import type { LoadedModel } from '../../../src-shared/domain/inference.ts';
import { planes } from '../../../src-shared/domain/plane.ts';
import type { ModelLibrary } from '../ModelLibrary.ts';

/**
 * The models that have a say in the answers of a wish: the one that names planes, and with `auto` the one in use for
 * each plane and the combined one, else the named one.
 *
 *     fingerprint = SHA-256 of the lines `slot fingerprint`, in this order
 *
 * @param wish - 'auto', a model's name, or a folder
 * @throws UserError 'model-not-found', 'model-damaged'
 */
export async function modelSetOf(wish: string, models: ModelLibrary): Promise<ModelSet> {
  const members: SetMember[] = [];
  const add = (slot: string, model: LoadedModel | null): void => {
    if (model !== null) members.push({ slot, name: model.name, fingerprint: model.fingerprint });
  };
  add('plane', await models.planeModel());
  if (wish === 'auto') {
    for (const plane of planes) add(plane, await models.forPlane(plane));
    add('combined', await models.combined());
  } else {
    add('named', await models.load(wish));
  }
  const lines = members.map(({ slot, fingerprint }) => `${slot} ${fingerprint}\n`);
  return { fingerprint: hash('sha256', lines.join(''), 'hex'), members };
}
