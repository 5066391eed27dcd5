import type { GuardResult } from '../../src-shared/domain/analysis.ts';
import type { InferencePort, LoadedModel } from '../../src-shared/domain/inference.ts';
import type { Plane, PlaneSource } from '../../src-shared/domain/plane.ts';
import type { Slice } from '../../src-shared/domain/slice.ts';
import { UserError, type CancelSignal } from '../../src-shared/errors.ts';
import { planeOf } from '../../src-shared/imaging/planeOfOrientation.ts';
import { releaseMemory } from '../../src-shared/releaseMemory.ts';
import { softmax } from '../../src-shared/statistics/softmax.ts';
import { guardResultOfMeans } from '../inference/guardResult.ts';
import type { ProviderSelector, ProviderWish } from '../inference/ProviderSelector.ts';
import { toModelInputs } from '../preprocess/toModelInputs.ts';
import type { ModelLibrary } from './ModelLibrary.ts';

/** The plane of a slice and who says so; all null where neither the file nor a model does. */
export type FoundPlane =
  | {
      plane: Plane;
      source: PlaneSource;
      probability: number;
      /** What the plane model's guard says; absent where that model was not asked or has none. */
      guard?: GuardResult;
    }
  | { plane: null; source: null; probability: null };

/** What finding planes needs from the application. */
export interface PlaneTools {
  models: ModelLibrary;
  inference: InferencePort;
  providers: ProviderSelector;
}

export interface PlaneOptions {
  provider: ProviderWish;
  signal?: CancelSignal | undefined;
}

/** Below this the plane model's word is a guess: it is shown, but it chooses no model. */
const leastCertain = 0.6;

/** Neither the file nor a model says it. */
export const unknownPlane: FoundPlane = { plane: null, source: null, probability: null };

/** True for a plane that may choose a model: the file's own, or one of which the plane model is sure. */
export function isCertain({ probability }: FoundPlane): boolean {
  return probability !== null && probability >= leastCertain;
}

/**
 * The plane of each slice: as its file states it, else as the installed plane model sees it, in one run for all.
 *
 *     probability = largest of softmax(logits / temperature of the card);   1 where the file states the plane
 *
 * @returns in the order of the slices; unknown planes where no plane model is installed
 * @throws UserError 'model-damaged', 'provider-unavailable', 'inference-failed', 'inference-stopped', 'cancelled',
 *   'invalid-window' when the values of a slice span no usable range
 */
export async function findPlanes(
  slices: readonly Slice[],
  tools: PlaneTools,
  options: PlaneOptions,
): Promise<FoundPlane[]> {
  const found = slices.map(statedPlane);
  const places = [...found.keys()].filter((place) => found[place]!.plane === null);
  const model = places.length === 0 ? null : await tools.models.planeModel();
  if (model === null) return found;
  const asked = places.map((place) => slices[place]!);
  const answers = await askModel(asked, model, tools, options);
  places.forEach((place, i) => (found[place] = answers[i]!));
  return found;
}

function statedPlane(slice: Slice): FoundPlane {
  const plane = planeOf(slice);
  return plane === null ? unknownPlane : { plane, source: 'orientation', probability: 1 };
}

async function askModel(
  slices: readonly Slice[],
  model: LoadedModel,
  { inference, providers }: PlaneTools,
  { provider: wish, signal }: PlaneOptions,
): Promise<FoundPlane[]> {
  const { card } = model;
  const count = slices.length;
  const { provider } = await providers.select(model, wish, count === 1 ? 'slice' : 'batch', signal);
  const inputLength = card.architecture.inputSize ** 2;
  const { inputs } = toModelInputs(slices, card);
  const request = { model, provider, inputs, count, wantsFeatures: false, wantsMeans: model.guard !== null };
  const { logits, means } = await inference.run(request, signal);
  const { length } = card.classes;
  const meansLength = (means?.length ?? 0) / count;
  const answers = slices.map((_, i): FoundPlane => {
    const found = planeOfLogits(logits.subarray(i * length, (i + 1) * length), model);
    if (means === null || found.plane === null) return found;
    const input = inputs.subarray(i * inputLength, (i + 1) * inputLength);
    const own = means.subarray(i * meansLength, (i + 1) * meansLength);
    return { ...found, guard: guardResultOfMeans(own, input, model) };
  });
  releaseMemory(inputs);
  return answers;
}

function planeOfLogits(logits: Float32Array, { card: { classes, temperature } }: LoadedModel): FoundPlane {
  const probabilities = softmax(logits, temperature ?? 1);
  if (!probabilities.every(Number.isFinite)) throw new UserError('inference-failed');
  const probability = Math.max(...probabilities);
  return { plane: classes[probabilities.indexOf(probability)] as Plane, source: 'model', probability };
}
