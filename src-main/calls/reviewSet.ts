import { defaultMap, mapName, mapNamed } from '../../src-shared/domain/mapName.ts';
import { relative, sep } from 'node:path';
import type { JobResults } from '../../src-shared/contract/events.ts';
import type { InferenceRequest, LoadedModel } from '../../src-shared/domain/inference.ts';
import type { SliceRegion } from '../../src-shared/domain/analysis.ts';
import type { Plane } from '../../src-shared/domain/plane.ts';
import type { ReviewAnswer, ReviewMap, ReviewSlice } from '../../src-shared/domain/review.ts';
import type { Slice } from '../../src-shared/domain/slice.ts';
import {
  mostLikelyClass,
  tumourClasses,
  type ClassProbabilities,
  type TumourClass,
} from '../../src-shared/domain/tumourClass.ts';
import { throwIfCancelled, UserError } from '../../src-shared/errors.ts';
import { softmax } from '../../src-shared/statistics/softmax.ts';
import { labelsOfPath } from '../datasets/labelsOfPath.ts';
import { answeredPictures } from '../explain/core/answeredPictures.ts';
import type { ExplainTools } from '../explain/core/Question.ts';
import { answerPlace, explainSlice } from '../explain/explainSlice.ts';
import { placeOf, type ExplainedPicture } from '../explain/trust/measureTrust.ts';
import { hashPixels } from '../images/hashPixels.ts';
import { walkFiles } from '../images/walk/walkFiles.ts';
import { toModelInput } from '../preprocess/toModelInput.ts';
import type { HeatmapCache, KeptMap } from '../review/HeatmapCache.ts';
import type { ClassifyTools } from './classifySlices.ts';
import { findPlanes, isCertain } from './findPlanes.ts';
import type { JobContext } from './Jobs.ts';
import { combinedModelName } from './ModelLibrary.ts';
import type { OpenedSlices } from './OpenedSlices.ts';
import type { Parts } from './Parts.ts';
import { reportFailure } from './reportFailure.ts';

/** A map together with the picture that it explains, for whoever measures it. */
export interface ReviewedMap extends ReviewMap {
  picture: ExplainedPicture;
}

/**
 * Answers every slice below some paths by the combined model and that of its plane, each with the place of its
 * evidence, for walks through them.
 *
 * @throws UserError 'cancelled', 'model-not-found', or that of the inference
 */
export async function openReviewSet(
  paths: readonly string[],
  { slices, engine }: Pick<Parts, 'slices' | 'engine'>,
  cache: HeatmapCache,
  { signal, progress }: JobContext,
): Promise<JobResults['openReviewSet']> {
  const found: ReviewSlice[] = [];
  const failures: JobResults['openReviewSet']['failures'] = [];
  for await (const item of walkFiles(paths, {}, signal)) {
    throwIfCancelled(signal);
    if (item.kind === 'failure') failures.push({ fileName: item.fileName, frame: null, error: item.error });
    if (item.kind !== 'file') continue;
    try {
      for (const { handle } of await slices.register(item.file))
        found.push(await answer(handle, nameUnder(paths, item.file.path), slices, engine, cache, signal));
    } catch (error) {
      throwIfCancelled(signal);
      failures.push({ fileName: item.file.fileName, frame: null, error: reportFailure(error) });
    }
    progress(found.length, null);
  }
  return { slices: found, failures };
}

/** A path from what was opened on, with `/`. */
function nameUnder(paths: readonly string[], path: string): string {
  const root = paths.find((candidate) => path.startsWith(candidate)) ?? path;
  return relative(root, path).split(sep).join('/') || path.split(sep).at(-1)!;
}

async function answer(
  handle: string,
  name: string,
  slices: OpenedSlices,
  tools: ClassifyTools,
  cache: HeatmapCache,
  signal: AbortSignal,
): Promise<ReviewSlice> {
  const slice = await slices.readSlice(handle);
  const labels = labelsOfPath(name);
  const plane = labels.plane ?? (await certainPlane(slice, tools, signal));
  const names = [combinedModelName, ...(plane !== null && tools.models.isInstalled(plane) ? [plane] : [])];
  const answers: ReviewAnswer[] = [];
  for (const model of names) {
    const { probabilities, heatmap, picture } = await mapOfSlice(
      slice,
      { model, method: mapName(defaultMap), class: 'predicted' },
      tools,
      cache,
      signal,
    );
    answers.push({
      model,
      class: heatmap.class,
      probability: probabilities[heatmap.class],
      place: placeOf(picture, null),
    });
  }
  return { slice: handle, name, label: labels.class, plane, answers };
}

async function certainPlane(slice: Slice, tools: ClassifyTools, signal: AbortSignal): Promise<Plane | null> {
  const [found] = await findPlanes([slice], tools, { provider: 'auto', signal });
  return found !== undefined && isCertain(found) ? found.plane : null;
}

/**
 * One map of one slice by one model, made in the run that answers it, or taken from the cache.
 *
 * @throws UserError 'model-not-found', 'method-unavailable', 'inference-failed', 'cancelled'
 */
export async function mapOfSlice(
  slice: Slice,
  { model: name, method, class: wanted }: { model: string; method: string; class: TumourClass | 'predicted' },
  { models, providers, inference }: ClassifyTools,
  cache: HeatmapCache,
  signal?: AbortSignal,
): Promise<ReviewedMap> {
  const model = await models.load(name);
  if (model.card.task !== 'tumour-class')
    throw new UserError('invalid-input', { reason: 'A model of planes has no tumour to look at.' });
  const { values: input, region } = toModelInput(slice, model.card);
  const key = { picture: hashPixels(slice), modelFingerprint: model.fingerprint, method, class: wanted };
  let map = await cache.read(key);
  if (map === null) {
    const { provider } = await providers.select(model, 'auto', 'slice', signal);
    map = await makeMap({ input, region, method, wanted }, { model, provider, inference, signal });
    // What cannot be kept is an answer all the same.
    await cache.write(key, map).catch(() => undefined);
  }
  const { class: explained, rows, columns, values } = map;
  const maximum = values.reduce((best, value) => Math.max(best, value), 0);
  return {
    model: name,
    modelFingerprint: model.fingerprint,
    probabilities: probabilitiesOf(map.logits, model),
    heatmap: {
      ...mapNamed(method)!,
      class: explained,
      rows,
      columns,
      values,
      maximum,
      isEmpty: maximum === 0,
      region,
    },
    picture: { model, class: explained, input, heat: { rows, columns, values } },
  };
}

async function makeMap(
  asked: {
    input: Float32Array<ArrayBuffer>;
    region: SliceRegion;
    method: string;
    wanted: TumourClass | 'predicted';
  },
  tools: ExplainTools,
): Promise<KeptMap> {
  const { inference, model, provider, signal } = tools;
  const { method, layer } = mapNamed(asked.method)!;
  const how = { method, layer: layer ?? '7' } as const;
  const run: InferenceRequest = {
    model,
    provider,
    inputs: asked.input,
    count: 1,
    wantsFeatures: true,
    gradientAt: answerPlace(how.method, how.layer),
  };
  const [picture] = answeredPictures(run, await inference.run(run, signal), [asked.region]);
  const logits = picture!.logits;
  if (!logits.every(Number.isFinite)) throw new UserError('inference-failed');
  const explained =
    asked.wanted === 'predicted' ? mostLikelyClass(probabilitiesOf(logits, model)) : asked.wanted;
  const request = { ...how, class: explained, against: null, samples: null, seed: 7 };
  const { rows, columns, values } = await explainSlice(request, picture!, tools);
  return { class: explained, logits: logits.slice(), rows, columns, values };
}

function probabilitiesOf(logits: Float32Array, { card }: LoadedModel): ClassProbabilities {
  const shares = softmax(logits, card.temperature ?? 1);
  return Object.fromEntries(
    tumourClasses.map((name) => [name, shares[card.classes.indexOf(name)]!]),
  ) as ClassProbabilities;
}
