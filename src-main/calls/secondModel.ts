import type { LoadedModel } from '../../src-shared/domain/inference.ts';
import type { Assignment } from './classifySlices.ts';
import { isCertain } from './findPlanes.ts';
import { combinedModelName, type ModelLibrary } from './ModelLibrary.ts';

/**
 * The model that gives the second opinion on a slice: the combined one where another answers, else the one of the
 * slice's plane. They were trained apart, so that they agree says more than either does alone.
 *
 * @returns null where no other model is installed
 * @throws UserError 'model-damaged'
 */
export async function secondModel(
  { model, plane }: Pick<Assignment, 'model' | 'plane'>,
  models: ModelLibrary,
): Promise<LoadedModel | null> {
  if ((await models.nameInSlot(combinedModelName)) === null) return null;
  const combined = await models.combined();
  if (model.fingerprint !== combined.fingerprint) return combined;
  const own = await models.forPlane(isCertain(plane) ? plane.plane : null);
  return own.fingerprint === combined.fingerprint ? null : own;
}
