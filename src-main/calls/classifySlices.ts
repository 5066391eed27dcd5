import type { Analysis, SliceRegion, Warning } from '../../src-shared/domain/analysis.ts';
import type { InferencePort, InferenceResult, LoadedModel } from '../../src-shared/domain/inference.ts';
import type { Plane } from '../../src-shared/domain/plane.ts';
import { UserError, throwIfCancelled, toFailure, type Outcome } from '../../src-shared/errors.ts';
import { planeOf } from '../../src-shared/imaging/planeOfOrientation.ts';
import { gradCam } from '../explain/gradCam.ts';
import { interpretLogits } from '../inference/interpretLogits.ts';
import type { ProviderSelector, ProviderWish } from '../inference/ProviderSelector.ts';
import { toModelInput } from '../preprocess/toModelInput.ts';
import type { ModelLibrary } from './ModelLibrary.ts';
import type { DecodedSlice } from './OpenedSlices.ts';
import { warningsFor } from './warningsFor.ts';

/** What classification needs from the application. */
export interface ClassifyTools {
  models: ModelLibrary;
  inference: InferencePort;
  providers: ProviderSelector;
}

export interface ClassifyOptions {
  /** 'auto', an installed model's name, or a model folder. */
  model: string;
  provider: ProviderWish;
  /** Also compute the heatmap of the predicted class. */
  explain: boolean;
  signal?: AbortSignal;
}

/** A decoded slice with its plane and the model that will answer for it. */
export interface Assignment {
  decoded: DecodedSlice;
  plane: Plane | null;
  model: LoadedModel;
}

/** Decides which model answers for a slice. @throws UserError 'model-not-found' or 'model-damaged' */
export async function assignModel(
  decoded: DecodedSlice,
  models: ModelLibrary,
  wanted: string,
): Promise<Assignment> {
  const plane = planeOf(decoded.slice);
  const model = await (wanted === 'auto' ? models.forPlane(plane) : models.load(wanted));
  return { decoded, plane, model };
}

/**
 * Classifies and explains a batch with one run for each model in it. A run that fails is the failure of
 * its slices only.
 *
 * @returns an outcome for each assignment, in order
 * @throws UserError for what concerns all of them: a forced provider that fails its probe, cancellation
 */
export async function classifySlices(
  batch: readonly Assignment[],
  tools: ClassifyTools,
  options: ClassifyOptions,
): Promise<Outcome<Analysis>[]> {
  throwIfCancelled(options.signal);
  const outcomes = new Map<Assignment, Outcome<Analysis>>();
  for (const model of new Set(batch.map((assignment) => assignment.model))) {
    const share = batch.filter((assignment) => assignment.model === model);
    const answers = await runModel(model, share, tools, options);
    share.forEach((assignment, index) => outcomes.set(assignment, answers[index] as Outcome<Analysis>));
  }
  return batch.map((assignment) => outcomes.get(assignment) as Outcome<Analysis>);
}

async function runModel(
  model: LoadedModel,
  share: readonly Assignment[],
  tools: ClassifyTools,
  { provider: wish, explain, signal }: ClassifyOptions,
): Promise<Outcome<Analysis>[]> {
  const count = share.length;
  const { provider, warning } = await tools.providers.select(
    model,
    wish,
    count === 1 ? 'slice' : 'batch',
    signal,
  );
  const inputSize = model.card.architecture.inputSize ** 2;
  const inputs = new Float32Array(count * inputSize);
  const regions = share.map(
    ({ decoded }, index) => toModelInput(decoded.slice, model.card, inputs, index * inputSize).region,
  );
  try {
    const result = await tools.inference.run(
      { model, provider, inputs, count, wantsFeatures: explain },
      signal,
    );
    return share.map((assignment, index) => {
      const region = regions[index] as SliceRegion;
      return { ok: true, value: toAnalysis(assignment, result, index, region, warning) };
    });
  } catch (error) {
    if (!(error instanceof UserError) || error.code === 'cancelled') throw error;
    return share.map(() => ({ ok: false, error: toFailure(error) }));
  }
}

/** Reads one picture's answer out of a batch's result. */
function toAnalysis(
  { decoded, plane, model }: Assignment,
  result: InferenceResult,
  index: number,
  region: SliceRegion,
  providerWarning: Warning | null,
): Analysis {
  const elapsedMs = performance.now() - decoded.bytesAt;
  const { card, fingerprint, name } = model;
  const answer = interpretLogits(part(result.logits, index, card.classes.length), card);
  const { channels, rows, columns } = card.outputs.features;
  const maps = result.features === null ? null : part(result.features, index, channels * rows * columns);
  return {
    ...answer,
    plane,
    planeSource: plane === null ? null : 'orientation',
    planeProbability: plane === null ? null : 1,
    model: name,
    modelFingerprint: fingerprint,
    provider: result.provider,
    guard: { score: null, flagged: false },
    elapsedMs,
    warnings: [
      ...warningsFor(decoded.slice, plane, card),
      ...(providerWarning === null ? [] : [providerWarning]),
    ],
    heatmap: maps === null ? null : gradCam({ features: maps, model, class: answer.class, region }),
  };
}

function part(values: Float32Array<ArrayBuffer>, index: number, length: number): Float32Array<ArrayBuffer> {
  return values.subarray(index * length, (index + 1) * length);
}
