import type { LoadedModel } from '../../src-shared/domain/inference.ts';
import type { Slice } from '../../src-shared/domain/slice.ts';
import { answeredPictures } from '../explain/core/answeredPictures.ts';
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
  const result = await inference.run(request, signal);
  const pictures = answeredPictures(request, result, regions);
  return { pictures, provider };
}
