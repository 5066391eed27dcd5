import {
  explanationMethods,
  type ExplanationMethod,
  type ProviderName,
} from '../../src-shared/domain/analysis.ts';
import {
  explanationLayers,
  type ExplanationLayer,
  type ExplanationRequest,
} from '../../src-shared/domain/explanation.ts';
import type { InferencePort } from '../../src-shared/domain/inference.ts';
import { UserError } from '../../src-shared/errors.ts';
import { explainSlice } from '../explain/explainSlice.ts';
import type { MapMaker } from '../explain/trust/MapMaker.ts';

/** What a map depends on besides its method, layer and class. */
export type MethodParameters = Pick<ExplanationRequest, 'against' | 'samples' | 'seed'>;

/** A method by its name, as `grad-cam` or, at a finer layer, `layer-cam@14`; null where there is none. */
export function methodAt(name: string): { method: ExplanationMethod; layer: ExplanationLayer } | null {
  const [word, at = '7', ...more] = name.split('@');
  const method = explanationMethods.find((one) => one === word);
  const layer = explanationLayers.find((one) => one === at);
  return method === undefined || layer === undefined || more.length > 0 ? null : { method, layer };
}

/**
 * How a method makes maps of pictures that a model reads.
 *
 * @param name - as `methodAt` reads it
 * @param parameters - of the method; its own where left out
 * @throws UserError 'method-unavailable'
 */
export function mapMakerOf(
  name: string,
  inference: InferencePort,
  provider: ProviderName,
  parameters: MethodParameters = { against: null, samples: null, seed: 7 },
): MapMaker {
  const how = methodAt(name);
  if (how === null) throw new UserError('method-unavailable', { method: name });
  return async ({ model, inputs, count, classes }, signal) => {
    const run = { model, provider, inputs, count, wantsFeatures: true };
    const { logits, features } = await inference.run(run, signal);
    const [inputLength, classCount] = [inputs.length / count, logits.length / count];
    const featureLength = features!.length / count;
    const region = { top: 0, left: 0, height: 1, width: 1 };
    const tools = { model, provider, inference, signal };
    const maps = [];
    for (const [i, tumourClass] of classes.entries()) {
      const picture = {
        input: inputs.slice(i * inputLength, (i + 1) * inputLength),
        region,
        logits: logits.subarray(i * classCount, (i + 1) * classCount),
        features: features!.subarray(i * featureLength, (i + 1) * featureLength),
      };
      const request = { ...how, ...parameters, class: tumourClass };
      maps.push(await explainSlice(request, picture, tools));
    }
    return maps;
  };
}
