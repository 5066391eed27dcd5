import type { ProviderName } from '../../../src-shared/domain/analysis.ts';
import type { InferencePort, LoadedModel } from '../../../src-shared/domain/inference.ts';
import { UserError, type CancelSignal } from '../../../src-shared/errors.ts';
import type { Prediction } from '../../../src-shared/statistics/evaluatePredictions.ts';
import type { ShortcutExample } from '../../../src-shared/statistics/shortcutBaseline.ts';
import { toModelInputs } from '../../preprocess/toModelInputs.ts';
import type { LabelledSlice, SliceOrigin } from './readLabelledSlices.ts';
import { shortcutFeaturesOf } from './shortcutFeaturesOf.ts';
import type { TrainingImages } from './TrainingImages.ts';

/** A model, ready to be asked. */
export interface AskedModel {
  model: LoadedModel;
  provider: ProviderName;
  /** What the model was trained on. */
  training: TrainingImages;
}

/** What predicting needs. */
export interface PredictTools extends AskedModel {
  inference: InferencePort;
  /** Asked about the same slices; null: no other. */
  other: AskedModel | null;
  signal?: CancelSignal | undefined;
}

/** What the model said, and what the slice gives away without it. */
export interface PredictedSlice {
  origin: SliceOrigin;
  prediction: Prediction;
  /** What the other model said; null where there is none. */
  otherPrediction: Prediction | null;
  shortcut: ShortcutExample;
}

const batchSize = 32;

/**
 * Runs a model over labelled slices, 32 at a time, through the preprocessing that the application uses. Pixels are
 * dropped with their batch, so memory does not grow with the set.
 *
 * @throws UserError 'inference-failed', 'inference-stopped', 'cancelled'
 */
export async function* predictSlices(
  slices: AsyncIterable<LabelledSlice>,
  tools: PredictTools,
): AsyncGenerator<PredictedSlice> {
  let batch: LabelledSlice[] = [];
  for await (const slice of slices) {
    batch.push(slice);
    if (batch.length < batchSize) continue;
    yield* await predictBatch(batch, tools);
    batch = [];
  }
  if (batch.length > 0) yield* await predictBatch(batch, tools);
}

async function predictBatch(batch: readonly LabelledSlice[], tools: PredictTools): Promise<PredictedSlice[]> {
  const predictions = await askModel(batch, tools, tools);
  const others = tools.other && (await askModel(batch, tools.other, tools));
  return batch.map(({ slice, label, group, path, frame, fileHash }, i) => ({
    origin: { path, frame, fileHash },
    prediction: predictions[i]!,
    otherPrediction: others?.[i] ?? null,
    shortcut: { features: shortcutFeaturesOf(slice), label, group },
  }));
}

async function askModel(
  batch: readonly LabelledSlice[],
  { model, provider, training }: AskedModel,
  { inference, signal }: PredictTools,
): Promise<Prediction[]> {
  const { card } = model;
  const count = batch.length;
  const { inputs } = toModelInputs(
    batch.map(({ slice }) => slice),
    card,
  );
  const { logits } = await inference.run({ model, provider, inputs, count, wantsFeatures: false }, signal);
  if (!logits.every(Number.isFinite)) throw new UserError('inference-failed');
  const classCount = card.classes.length;
  return batch.map(({ label, plane, path, frame, group, fileHash, slice }, i) => ({
    logits: [...logits.subarray(i * classCount, (i + 1) * classCount)],
    label,
    plane,
    path: frame === null ? path : `${path} [${frame}]`,
    group,
    wasSeen: training.hasSeen({ fileHash, slice }),
  }));
}
