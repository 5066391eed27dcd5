import type { ResultModel } from '../../interop/results/AnalysedInstance.ts';
import type { ModelLibrary } from '../ModelLibrary.ts';

/** A model as a result names it; its version is its day and the start of its fingerprint. */
export async function resultModel(name: string, models: ModelLibrary): Promise<ResultModel> {
  const { fingerprint, card } = await models.load(name);
  const version = `${card.createdAt} ${fingerprint.slice(0, 12)}`;
  return { name, title: card.title, version, fingerprint };
}
