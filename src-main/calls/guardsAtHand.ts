import type { LoadedModel } from '../../src-shared/domain/inference.ts';
import type { Guards } from '../datasets/workspace/HygieneTable.ts';
import type { PlaneTools } from './findPlanes.ts';
import { combinedModelName } from './ModelLibrary.ts';

/**
 * The guards that `SliceExaminer` asks, by model and contents: a model that is exchanged, or given another guard, has
 * said nothing yet.
 *
 * @throws UserError 'model-damaged'
 */
export async function guardsAtHand({ models }: Pick<PlaneTools, 'models'>): Promise<Guards> {
  const combined = models.isInstalled(combinedModelName) ? await models.load(combinedModelName) : null;
  return { placed: keyOf(combined), unplaced: keyOf(await models.planeModel()) };
}

function keyOf(model: LoadedModel | null): string {
  if (model === null || model.card.guard === null) return 'none';
  const { sha256, threshold } = model.card.guard;
  return `${model.fingerprint} ${sha256} ${threshold}`;
}
