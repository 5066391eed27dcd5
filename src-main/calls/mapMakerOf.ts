import {
  explanationMethods,
  type ExplanationMethod,
  type ProviderName,
} from '../../src-shared/domain/analysis.ts';
import type { InferencePort } from '../../src-shared/domain/inference.ts';
import { UserError } from '../../src-shared/errors.ts';
import { gradCam } from '../explain/gradCam.ts';
import type { MapMaker } from '../explain/trust/MapMaker.ts';

/** A method by its name; null where there is none. */
export function methodAt(name: string): { method: ExplanationMethod } | null {
  const method = explanationMethods.find((one) => one === name);
  return method === undefined ? null : { method };
}

/**
 * How a method makes maps of pictures that a model reads.
 *
 * @param name - as `methodAt` reads it
 * @throws UserError 'method-unavailable'
 */
export function mapMakerOf(name: string, inference: InferencePort, provider: ProviderName): MapMaker {
  if (methodAt(name)?.method !== 'grad-cam') throw new UserError('method-unavailable', { method: name });
  return async ({ model, inputs, count, classes }, signal) => {
    const run = { model, provider, inputs, count, wantsFeatures: true };
    const { features } = await inference.run(run, signal);
    const length = features!.length / count;
    const region = { top: 0, left: 0, height: 1, width: 1 };
    return classes.map((tumourClass, i) =>
      gradCam({
        features: features!.subarray(i * length, (i + 1) * length),
        model,
        class: tumourClass,
        region,
      }),
    );
  };
}
