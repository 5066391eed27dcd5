import { basename } from 'node:path';
import type { Slice } from '../../src-shared/domain/slice.ts';
import type { LoadedModel } from '../../src-shared/domain/inference.ts';
import type { ExpectedRegion } from '../../src-shared/domain/trust.ts';
import { areTumourClasses } from '../../src-shared/domain/className.ts';
import type { TumourClass } from '../../src-shared/domain/tumourClass.ts';
import { toFailure, UserError, type CancelSignal } from '../../src-shared/errors.ts';
import {
  auditMethod,
  compareAudits,
  type AuditedSlice,
  type FigureDifference,
  type MethodAudit,
} from '../../src-shared/statistics/attention/auditReport.ts';
import { RandomStream } from '../../src-shared/statistics/RandomStream.ts';
import { indexOfLargest } from '../../src-shared/statistics/indexOfLargest.ts';
import { softmax } from '../../src-shared/statistics/softmax.ts';
import type { MapMaker } from '../explain/trust/MapMaker.ts';
import { conductOf, placeOf, type ExplainedPicture, type TrustTools } from '../explain/trust/measureTrust.ts';
import { measureCascade, type Cascade } from '../explain/trust/measureCascade.ts';
import { RandomisedModels } from '../explain/trust/RandomisedModels.ts';
import type { ProviderWish } from '../inference/ProviderSelector.ts';
import { toModelInputs } from '../preprocess/toModelInputs.ts';
import type { TrainingImages } from '../training/evaluation/TrainingImages.ts';
import type { LabelledSlice } from '../training/evaluation/readLabelledSlices.ts';
import type { ClassifyTools } from './classifySlices.ts';
import {
  choiceOf,
  protocolOf,
  slicesOf,
  type EvaluationOutcome,
  type EvaluationRequest,
} from './evaluateModel.ts';
import { mapMakerOf } from './mapMakerOf.ts';
import { insideOf } from './insideOf.ts';

/** Files that could not be read. */
type FailedFile = EvaluationOutcome['failures'][number];

/** What to audit. */
export interface AuditRequest extends Pick<EvaluationRequest, 'dataset' | 'labels' | 'split'> {
  /** An installed model's name, or a model folder. */
  model: string;
  /** Another model, for comparison on the same slices; null: none. */
  against: string | null;
  provider: ProviderWish;
  /** As `mapMakerOf` reads them. */
  methods: readonly string[];
  /** Which class the maps are for: the one that the model answers, or the true one. */
  explains: 'predicted' | 'true';
  /** The outline of a slice's tumour, 1 inside; null where it has none, or where nobody asks for outlines. */
  outlineOf: ((path: string, slice: Slice) => Promise<Uint8Array | null>) | null;
  /** Only slices that have an outline. */
  onlyOutlined: boolean;
  regions: readonly ExpectedRegion[];
  /** Deletion, insertion, shifts and random weights are tried on at most so many slices, drawn by the seed. */
  sample: number;
  seed: number;
  signal?: CancelSignal | undefined;
  /** Hears how many slices are done, of how many. */
  onProgress?: (done: number) => void;
}

/** One method on one model, with the slices behind its figures. */
export interface AuditedMethod extends MethodAudit {
  /** How the maps change while more and more of the weights become random. */
  cascade: Cascade | null;
  slices: AuditedSlice[];
}

/** What an audit ends with. */
export interface AuditOutcome {
  model: { name: string; title: string; fingerprint: string };
  dataset: string;
  protocol: string;
  explains: AuditRequest['explains'];
  n: number;
  /** On how many slices the figures that need runs were measured. */
  sampled: number;
  outlined: number;
  seenInTraining: number;
  methods: AuditedMethod[];
  comparison: {
    model: string;
    modelFingerprint: string;
    byMethod: Record<string, FigureDifference[]>;
  } | null;
  failures: FailedFile[];
}

const batchSize = 16;
/** The cascade is measured on at most so many of the sampled slices. */
const cascadeSlices = 12;

/** One model with all that auditing it needs. */
interface Audited {
  model: LoadedModel;
  training: TrainingImages;
  makers: Map<string, MapMaker>;
  tools: Omit<TrustTools, 'makeMaps'>;
  slices: Map<string, AuditedSlice[]>;
}

/**
 * Runs a model over labelled slices and measures, for each method, where it looks and whether its maps hold what they
 * promise.
 *
 * @throws UserError 'model-not-found', 'model-damaged', 'method-unavailable', 'invalid-input', 'cancelled', or that of the inference
 */
export async function auditModel(request: AuditRequest, tools: ClassifyTools): Promise<AuditOutcome> {
  const { dataset, split, against, methods, signal, onProgress } = request;
  const randomised = new RandomisedModels();
  const failures: FailedFile[] = [];
  try {
    const names = [request.model, ...(against === null ? [] : [against])];
    const audited = await Promise.all(names.map((name) => prepare(name, request, tools, randomised)));
    const choice = { ...choiceOf(request, split?.part ?? null), signal };
    const chosen = await chooseSample(request, choice, failures);
    let done = 0;
    const cascades = new Map<string, ExplainedPicture[]>(methods.map((method) => [method, []]));
    let batch: LabelledSlice[] = [];
    const flush = async (): Promise<void> => {
      for (const [index, one] of audited.entries())
        await auditBatch(batch, one, request, {
          chosen: chosen.conduct,
          failures: index === 0 ? failures : [],
          cascades: index === 0 ? cascades : null,
        });
      done += batch.length;
      batch = [];
      onProgress?.(done);
    };
    for await (const slice of slicesOf(
      dataset,
      { ...choice, wantsFile: (path) => (choice.wantsFile?.(path) ?? true) && chosen.wants(path) },
      [],
    )) {
      batch.push(slice);
      if (batch.length === batchSize) await flush();
    }
    if (batch.length > 0) await flush();
    const [first, second] = audited;
    if (done === 0) throw new UserError('invalid-input', { reason: 'No labelled slice was found to audit.' });
    return await outcomeOf(request, first!, second ?? null, { failures, cascades });
  } finally {
    await randomised.close();
  }
}

async function prepare(
  name: string,
  { provider: wish, methods, signal }: AuditRequest,
  { models, providers, inference }: ClassifyTools,
  randomised: RandomisedModels,
): Promise<Audited> {
  const model = await models.load(name);
  if (!areTumourClasses(model.card.classes))
    throw new UserError('invalid-input', { reason: 'A model of planes has no tumour to look at.' });
  const { provider } = await providers.select(model, wish, 'batch', signal);
  return {
    model,
    training: await models.trainingImages(model),
    makers: new Map(methods.map((method) => [method, mapMakerOf(method, inference, provider)])),
    tools: { inference, provider, randomised, signal },
    slices: new Map(methods.map((method) => [method, []])),
  };
}

/** Reads the set once for what is in it, and draws the slices on which the dear figures are measured. */
async function chooseSample(
  { dataset, outlineOf, onlyOutlined, sample, seed }: AuditRequest,
  choice: ReturnType<typeof choiceOf>,
  failures: FailedFile[],
): Promise<{ wants: (path: string) => boolean; conduct: ReadonlySet<string> }> {
  const found: string[] = [];
  for await (const { path, frame, slice } of slicesOf(dataset, choice, failures)) {
    if (onlyOutlined && ((await outlineOf?.(path, slice).catch(() => null)) ?? null) === null) continue;
    found.push(nameOf(path, frame));
  }
  const wanted = new Set(found.map((name) => name.replace(/ \[\d+\]$/, '')));
  const drawn = new RandomStream(seed).shuffle([...found]).slice(0, sample);
  return { wants: (path) => wanted.has(path), conduct: new Set(drawn) };
}

function nameOf(path: string, frame: number | null): string {
  return frame === null ? path : `${path} [${frame}]`;
}

interface BatchPlan {
  chosen: ReadonlySet<string>;
  failures: FailedFile[];
  /** Pictures for the cascade are collected here. */
  cascades: Map<string, ExplainedPicture[]> | null;
}

async function auditBatch(
  batch: readonly LabelledSlice[],
  audited: Audited,
  request: AuditRequest,
  plan: BatchPlan,
): Promise<void> {
  const { model, tools } = audited;
  const { classes, temperature, architecture } = model.card;
  const length = architecture.inputSize ** 2;
  const { inputs, regions } = toModelInputs(
    batch.map(({ slice }) => slice),
    model.card,
  );
  const run = { model, provider: tools.provider, inputs, count: batch.length, wantsFeatures: false };
  const { logits } = await tools.inference.run(run, tools.signal);
  if (!logits.every(Number.isFinite)) throw new UserError('inference-failed');
  const answers = batch.map((_, i) => {
    const row = logits.subarray(i * classes.length, (i + 1) * classes.length);
    const probabilities = softmax(row, temperature ?? 1);
    const best = indexOfLargest(probabilities);
    return { answer: classes[best] as TumourClass, probability: probabilities[best]! };
  });
  const explained = batch.map(({ label }, i) =>
    request.explains === 'true' ? (label as TumourClass) : answers[i]!.answer,
  );
  const outlines = await Promise.all(
    batch.map(async ({ path, slice, label, plane }, i) =>
      insideOf(
        { slice, class: label as TumourClass, plane },
        {
          input: inputs.subarray(i * length, (i + 1) * length),
          region: regions[i]!,
          inputSize: architecture.inputSize,
        },
        await outlineOf(path, slice, request, plan.failures),
        request.regions,
      ),
    ),
  );
  for (const [method, makeMaps] of audited.makers) {
    const maps = await makeMaps({ model, inputs, count: batch.length, classes: explained }, tools.signal);
    for (const [i, heat] of maps.entries()) {
      const { path, frame, group, plane, label } = batch[i]!;
      const input = inputs.slice(i * length, (i + 1) * length);
      const picture: ExplainedPicture = { model, class: explained[i]!, input, heat };
      const isChosen = plan.chosen.has(nameOf(path, frame));
      const cascade = plan.cascades?.get(method);
      if (isChosen && cascade !== undefined && cascade.length < cascadeSlices) cascade.push(picture);
      audited.slices.get(method)!.push({
        path: nameOf(path, frame),
        group,
        plane,
        label: label as TumourClass,
        ...answers[i]!,
        explained: explained[i]!,
        wasSeen: audited.training.hasSeen(batch[i]!),
        insideOf: outlines[i]!.kind,
        trust: {
          place: placeOf(picture, outlines[i]!.mask),
          conduct: isChosen ? await conductOf(picture, { ...tools, makeMaps }) : null,
        },
      });
    }
  }
}

/** Null where there is none, or it cannot be read. */
async function outlineOf(
  path: string,
  slice: Slice,
  request: AuditRequest,
  failures: FailedFile[],
): Promise<Uint8Array | null> {
  try {
    return (await request.outlineOf?.(path, slice)) ?? null;
  } catch (error) {
    failures.push({ path, error: toFailure(error) });
    return null;
  }
}

async function outcomeOf(
  request: AuditRequest,
  first: Audited,
  second: Audited | null,
  { failures, cascades }: { failures: FailedFile[]; cascades: Map<string, ExplainedPicture[]> },
): Promise<AuditOutcome> {
  const { model } = first;
  const methods: AuditedMethod[] = [];
  for (const [method, makeMaps] of first.makers) {
    const slices = first.slices.get(method)!;
    const cascade = await measureCascade(cascades.get(method)!, { ...first.tools, makeMaps });
    methods.push({ ...auditMethod(method, slices), cascade, slices });
  }
  const slices = methods[0]!.slices;
  return {
    model: { name: model.name, title: model.card.title, fingerprint: model.fingerprint },
    dataset: basename(request.dataset),
    protocol: protocolOf(request),
    explains: request.explains,
    n: slices.length,
    sampled: Math.min(request.sample, slices.length),
    outlined: slices.filter(({ insideOf: inside }) => inside === 'outline').length,
    seenInTraining: slices.filter(({ wasSeen }) => wasSeen).length,
    methods,
    comparison: second && {
      model: second.model.name,
      modelFingerprint: second.model.fingerprint,
      byMethod: Object.fromEntries(
        methods.map(({ method, slices: ours }) => [method, compareAudits(ours, second.slices.get(method)!)]),
      ),
    },
    failures,
  };
}
