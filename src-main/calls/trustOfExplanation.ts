import type { Explanation } from '../../src-shared/domain/explanation.ts';
import type { InferencePort } from '../../src-shared/domain/inference.ts';
import type { TrustFigures } from '../../src-shared/domain/trust.ts';
import type { CancelSignal } from '../../src-shared/errors.ts';
import { measureTrust } from '../explain/trust/measureTrust.ts';
import type { RandomisedModels } from '../explain/trust/RandomisedModels.ts';
import type { ExplainedSlice } from './explainSlices.ts';
import { mapMakerOf, type MethodParameters } from './mapMakerOf.ts';

/**
 * Whether to believe a heatmap that was just made: the same method with the same parameters is asked about moved
 * pictures and random weights. No outline is known, so nothing is said of what is inside.
 *
 * @throws UserError 'invalid-input' for a model whose weights cannot be read; 'inference-failed', 'cancelled', …
 */
export function trustOfExplanation(
  { model, picture, provider }: Pick<ExplainedSlice, 'model' | 'picture' | 'provider'>,
  { method, layer, class: tumourClass, against, rows, columns, values }: Explanation,
  { samples, seed }: Pick<MethodParameters, 'samples' | 'seed'>,
  tools: { inference: InferencePort; randomised: RandomisedModels; signal?: CancelSignal | undefined },
): Promise<TrustFigures> {
  const name = layer === null ? method : `${method}@${layer}`;
  const makeMaps = mapMakerOf(name, tools.inference, provider, { against, samples, seed });
  const explained = { model, class: tumourClass, input: picture.input, heat: { rows, columns, values } };
  return measureTrust(explained, null, { ...tools, provider, makeMaps });
}
