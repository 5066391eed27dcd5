import type { Analysis, ExplanationMethod, GuardResult, Heatmap } from '../../src-shared/domain/analysis.ts';
import type { Explanation, ExplanationRequest } from '../../src-shared/domain/explanation.ts';
import { usualLayer } from '../../src-shared/domain/mapName.ts';
import type { InferenceResult, LoadedModel } from '../../src-shared/domain/inference.ts';
import { UserError, throwIfCancelled, toFailure, type Outcome } from '../../src-shared/errors.ts';
import type { TumourClass } from '../../src-shared/domain/tumourClass.ts';
import { findHeadSides } from '../../src-shared/imaging/findHead.ts';
import type { GreyPicture } from '../../src-shared/imaging/GreyPicture.ts';
import { hasBurnedInText } from '../../src-shared/imaging/hasBurnedInText.ts';
import { isCutOut } from '../../src-shared/imaging/isCutOut.ts';
import { releaseMemory } from '../../src-shared/releaseMemory.ts';
import type { AnsweredPicture } from '../explain/core/Question.ts';
import { canExplain } from '../explain/canExplain.ts';
import { answeredPictures } from '../explain/core/answeredPictures.ts';
import { answerPlace, explainSlice } from '../explain/explainSlice.ts';
import { guardResult, guardResultOfMeans, unguarded } from '../inference/guardResult.ts';
import { interpretLogits } from '../inference/interpretLogits.ts';
import type { ProviderWish } from '../inference/ProviderSelector.ts';
import { toModelInputs } from '../preprocess/toModelInputs.ts';
import { findPlanes, isCertain, type FoundPlane, type PlaneTools } from './findPlanes.ts';
import type { ModelLibrary } from './ModelLibrary.ts';
import type { DecodedSlice } from './OpenedSlices.ts';
import { warningsFor } from './warningsFor.ts';

/** What classification needs from the application. */
export type ClassifyTools = PlaneTools;

export interface ClassifyOptions {
  /** 'auto', an installed model's name, or a model folder. */
  model: string;
  provider: ProviderWish;
  /** Also compute the heatmap of the predicted class by this method, where the model allows it. */
  explain: ExplanationMethod | null;
  /** Run also where the store knows the answer; false where left out. */
  repeatsKnown?: boolean;
  signal?: AbortSignal;
}

/** A decoded slice with its plane and the model that will answer for it. */
export interface Assignment {
  decoded: DecodedSlice;
  plane: FoundPlane;
  model: LoadedModel;
}

/**
 * Decides for each slice of a batch which model answers: with 'auto' that of its plane where the plane is certain
 * and has a model, else the combined one. A run of the plane model that fails is the failure of the whole batch.
 *
 * @returns an outcome for each slice, in order
 * @throws UserError for what concerns all of them: 'model-not-found', 'model-damaged', 'provider-unavailable',
 *   'cancelled', or 'invalid-input' for a model that names no tumour classes
 */
export async function assignModels(
  batch: readonly DecodedSlice[],
  tools: ClassifyTools,
  { model: wanted, provider, signal }: ClassifyOptions,
): Promise<Outcome<Assignment>[]> {
  const forced = wanted === 'auto' ? null : await loadClassifier(wanted, tools.models);
  let planes: FoundPlane[];
  try {
    planes = await findPlanes(
      batch.map(({ slice }) => slice),
      tools,
      { provider, signal },
    );
  } catch (error) {
    return failuresOfRun(error, batch.length);
  }
  return Promise.all(
    batch.map(async (decoded, i) => {
      const plane = planes[i]!;
      const model = forced ?? (await tools.models.forPlane(isCertain(plane) ? plane.plane : null));
      return { ok: true, value: { decoded, plane, model } } as const;
    }),
  );
}

async function loadClassifier(nameOrFolder: string, models: ModelLibrary): Promise<LoadedModel> {
  const model = await models.load(nameOrFolder);
  if (model.card.task === 'tumour-class') return model;
  throw new UserError('invalid-input', {
    reason: `The model “${model.name}” names planes, not tumour classes.`,
  });
}

/** What ends the whole work is thrown on; a run that failed is the failure of its slices. */
function failuresOfRun(error: unknown, count: number): Outcome<never>[] {
  const isOfRun =
    error instanceof UserError && (error.code === 'inference-failed' || error.code === 'inference-stopped');
  if (!isOfRun) throw error;
  return Array.from({ length: count }, () => ({ ok: false, error: toFailure(error) }));
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
  const training = await tools.models.trainingImages(model);
  const { inputs, regions } = toModelInputs(
    share.map(({ decoded }) => decoded.slice),
    model.card,
  );
  const wantsFeatures = explain !== null;
  // Of the maps the guard reads means only, and none where the plane's guard has spoken.
  const needsGuard = model.guard !== null && share.some(({ plane }) => guardOfPlane(plane) === null);
  const wantsMeans = needsGuard && !wantsFeatures;
  const gradientAt = explain === null ? null : answerPlace(explain, usualLayer(explain) ?? '7');
  try {
    const request = { model, provider, inputs, count, wantsFeatures, wantsMeans, gradientAt };
    const result = await tools.inference.run(request, signal);
    const pictures = wantsFeatures ? answeredPictures(request, result, regions) : null;
    const answers = share.map(async (assignment, index) => {
      const input = inputOf(inputs, index, model);
      const analysis = toAnalysis(assignment, { result, count, index, input });
      const picture = pictures?.[index] ?? null;
      const tool = { model, provider, inference: tools.inference, signal };
      const heatmap =
        explain === null || picture === null || !canExplain(explain, model.card)
          ? null
          : heatmapOf(await explainSlice(requestFor(explain, analysis.class, picture), picture, tool));
      const { slice, content } = assignment.decoded;
      const wasSeen = training.hasSeen({ fileHash: content.fileHash, slice });
      const isStranger = analysis.guard.flagged;
      const sides = findHeadSides(input);
      const hasText = hasBurnedInText(slice);
      const found = { showsHead: sides !== null, isCutOut: sides !== null && isCutOut(sides), hasText };
      const said = { wasSeen, isStranger, ...found };
      const warnings = warningsFor(slice, assignment.plane, model.card, said);
      if (warning !== null) warnings.push(warning);
      return { ok: true, value: { ...analysis, heatmap, warnings } } as const;
    });
    const outcomes = await Promise.all(answers);
    if (explain === null) releaseMemory(inputs);
    return outcomes;
  } catch (error) {
    if (!(error instanceof UserError) || error.code === 'cancelled') throw error;
    return share.map(() => ({ ok: false, error: toFailure(error) }));
  }
}

/** What the model read of a picture. */
function inputOf(inputs: Float32Array<ArrayBuffer>, index: number, { card }: LoadedModel): GreyPicture {
  const side = card.architecture.inputSize;
  return { rows: side, columns: side, values: part(inputs, index, side * side) };
}

/** What of an explanation is kept with an answer. */
function heatmapOf({ against: _, minimum: __, ...heatmap }: Explanation): Heatmap {
  return heatmap;
}

/**
 * A heatmap beside an answer is each method's usual one, and the same whenever it is asked for. A network that shows its
 * last maps only, though its card says that it is one of ours, gets Grad-CAM.
 */
function requestFor(
  method: ExplanationMethod,
  tumourClass: TumourClass,
  { answerMaps }: AnsweredPicture,
): ExplanationRequest {
  const layer = usualLayer(method) ?? '7';
  const isHidden = answerPlace(method, layer) !== null && answerMaps === null;
  const asked = isHidden ? ({ method: 'grad-cam', layer: '7' } as const) : { method, layer };
  return { ...asked, class: tumourClass, against: null, samples: null, seed: 0 };
}

/** A picture in a batch: what came out for all, its place, and what the model read of it. */
interface BatchPlace {
  result: InferenceResult;
  count: number;
  index: number;
  input: GreyPicture;
}

/** Reads one picture's answer out of a batch's result. */
function toAnalysis(assignment: Assignment, place: BatchPlace): Omit<Analysis, 'warnings' | 'heatmap'> {
  const { decoded, plane, model } = assignment;
  const { result, index } = place;
  const elapsedMs = performance.now() - decoded.bytesAt;
  const { card, fingerprint, name } = model;
  const answer = interpretLogits(part(result.logits, index, card.classes.length), card);
  return {
    ...answer,
    plane: plane.plane,
    planeSource: plane.source,
    planeProbability: plane.probability,
    model: name,
    modelFingerprint: fingerprint,
    provider: result.provider,
    guard: guardOf(assignment, place),
    elapsedMs,
  };
}

/**
 * The plane model's guard where that model was asked: it tells turned heads and cut-outs far better, since planes are
 * what it was trained on. Else the model's own.
 */
function guardOf(
  { plane, model }: Assignment,
  { result: { features, means }, count, index, input }: BatchPlace,
): GuardResult {
  const ofPlane = guardOfPlane(plane);
  if (ofPlane !== null) return ofPlane;
  if (features !== null)
    return guardResult(part(features, index, features.length / count), input.values, model);
  return means === null
    ? unguarded
    : guardResultOfMeans(part(means, index, means.length / count), input.values, model);
}

function guardOfPlane(plane: FoundPlane): GuardResult | null {
  return plane.plane === null ? null : (plane.guard ?? null);
}

function part(values: Float32Array<ArrayBuffer>, index: number, length: number): Float32Array<ArrayBuffer> {
  return values.subarray(index * length, (index + 1) * length);
}
