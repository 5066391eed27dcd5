import type { LoadedModel } from '../../src-shared/domain/inference.ts';
import type { Slice } from '../../src-shared/domain/slice.ts';
import type { AnsweredPicture } from '../explain/core/Question.ts';
import type { ProviderWish } from '../inference/ProviderSelector.ts';
import { toModelInputs } from '../preprocess/toModelInputs.ts';
import type { ClassifyTools } from './classifySlices.ts';

/**
 * Runs a model over slices in one batch and keeps what explanations start from: what the model read, its logits and
 * its last maps.
 *
 * @returns one for each slice, in order, and the provider that ran
 * @throws UserError 'invalid-window', 'provider-unavailable', 'cancelled', or what a run throws
 */
export async function answerPictures(
  model: LoadedModel,
  slices: readonly Slice[],
  { inference, providers }: Pick<ClassifyTools, 'inference' | 'providers'>,
  { provider: wish, signal }: { provider: ProviderWish; signal?: AbortSignal | undefined },
): Promise<{
  pictures: AnsweredPicture[];
  provider: Awaited<ReturnType<typeof providers.select>>['provider'];
}> {
  const count = slices.length;
  const { provider } = await providers.select(model, wish, count === 1 ? 'slice' : 'batch', signal);
  const { inputs, regions } = toModelInputs(slices, model.card);
  const request = { model, provider, inputs, count, wantsFeatures: true };
  const { logits, features } = await inference.run(request, signal);
  if (features === null) throw new Error('the run gave no features');
  const part = (values: Float32Array<ArrayBuffer>, i: number): Float32Array<ArrayBuffer> =>
    values.subarray((i * values.length) / count, ((i + 1) * values.length) / count);
  const pictures = regions.map((region, i) => ({
    input: part(inputs, i),
    region,
    logits: part(logits, i),
    features: part(features, i),
  }));
  return { pictures, provider };
}
