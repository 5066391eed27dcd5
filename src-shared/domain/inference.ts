import type { ProviderName } from './analysis.ts';
import type { CancelSignal } from '../errors.ts';
import type { ModelCard } from './modelCard.ts';
import type { Guard } from '../statistics/guard/guardScore.ts';

/** A model folder that passed its checks: the card, and where the main side finds it. */
export interface LoadedModel {
  name: string;
  /** SHA-256 of model.onnx, lower-case hex. */
  fingerprint: string;
  folder: string;
  card: ModelCard;
  /** Rows of the linear classifier, [class][feature]: the gradient of each logit by the pooled features. */
  classifierWeight: Float32Array<ArrayBuffer>;
  /** Tells pictures unlike the training pictures; null where the model has none. */
  guard: Guard | null;
}

export interface InferenceRequest {
  model: LoadedModel;
  provider: ProviderName;
  /** `count` × rows × columns grey values 0…255, as `preprocess/toModelInput` makes them. */
  inputs: Float32Array<ArrayBuffer>;
  count: number;
  /** Also return the last feature maps. */
  wantsFeatures: boolean;
}

export interface InferenceResult {
  /** [picture][class] */
  logits: Float32Array<ArrayBuffer>;
  /** [picture][channel][row][column], or null when not asked for. */
  features: Float32Array<ArrayBuffer> | null;
  provider: ProviderName;
}

/** Whoever needs a model run takes this; `calls/` passes the implementation in. */
export interface InferencePort {
  /** @throws UserError 'inference-failed', 'inference-stopped', 'provider-unavailable', 'cancelled' */
  run(request: InferenceRequest, signal?: CancelSignal): Promise<InferenceResult>;
}
