import { rankCorrelation } from '../../../src-shared/statistics/attention/rankCorrelation.ts';
import type { ExplainedPicture, TrustTools } from './measureTrust.ts';
import { similarityUnderRandomWeights } from './measureTrust.ts';
import { randomStages, type RandomStage } from './RandomisedModels.ts';

/** How like maps stay to themselves while the weights become random from the answer downwards. */
export interface Cascade {
  /** Slices that it was measured on. */
  n: number;
  /** Mean |Spearman's correlation| with the maps of the trained model, stage by stage; each holds the ones before. */
  similarity: Record<RandomStage, number>;
  /** The same for a map that never looks at the model: 1, the mark of failure that the check must give it. */
  constantMap: number;
  /** Whether the maps depend on what was learnt: under wholly random weights they are less than half like themselves. */
  isPassed: boolean;
}

const mostSimilar = 0.5;

/**
 * The cascading randomisation check (Adebayo et al. 2018) on some pictures.
 *
 * @returns null where no picture has a map that is not empty
 */
export async function measureCascade(
  pictures: readonly ExplainedPicture[],
  tools: TrustTools,
): Promise<Cascade | null> {
  const shown = pictures.filter(({ heat }) => heat.values.some((value) => value > 0));
  const [first] = shown;
  if (first === undefined) return null;
  const similarity = {} as Cascade['similarity'];
  for (const stage of randomStages) {
    let sum = 0;
    for (const picture of shown) sum += await similarityUnderRandomWeights(picture, tools, stage);
    similarity[stage] = sum / shown.length;
  }
  const constant = first.heat.values.map(() => 1);
  return {
    n: shown.length,
    similarity,
    constantMap: rankCorrelation(constant, constant),
    isPassed: similarity.stem < mostSimilar,
  };
}
