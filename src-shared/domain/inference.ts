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
  /**
   * A place in the network as `network/` names it, `block13.expand`: also return its maps, and the gradient of the
   * answered class's logit by them, which the CPU computes; none where left out.
   */
  gradientAt?: string | null;
  /**
   * Instead of the last feature maps return their `regionMeans`, which is all that a guard asks for: a fifth of the numbers
   * between two processes, and far less garbage.
   */
  wantsMeans?: boolean;
}

export interface InferenceResult {
  /** [picture][class] */
  logits: Float32Array<ArrayBuffer>;
  /** [picture][channel][row][column], or null when not asked for. */
  features: Float32Array<ArrayBuffer> | null;
  /** [picture][mean][channel], or null when not asked for. */
  means: Float32Array<ArrayBuffer> | null;
  /** What `gradientAt` asked for; null where it did not, or the network is none of ours. */
  answerMaps: PlaceMaps | null;
  provider: ProviderName;
}

/** Maps A inside the network and ∂S/∂A, [picture][channel][row][column]. */
export interface PlaceMaps {
  activations: Float32Array<ArrayBuffer>;
  gradients: Float32Array<ArrayBuffer>;
}

/** The gradient of a weighted sum of logits, `S = Σ_c v_c y_c`; always on the CPU. */
export interface GradientRequest {
  model: LoadedModel;
  /** As in `InferenceRequest`. */
  inputs: Float32Array<ArrayBuffer>;
  count: number;
  /** v, one for each class; the same for all pictures. */
  logitWeights: Float32Array<ArrayBuffer>;
  /** Places in the network as `network/` names them: `block13.expand`, `head`, … */
  activations: readonly string[];
  /** Also return the gradient by the picture. */
  wantsImage: boolean;
}

export interface GradientResult {
  /** [picture][class] */
  logits: Float32Array<ArrayBuffer>;
  /** One for each place. */
  maps: PlaceMaps[];
  /** ∂S/∂x by grey values, [picture][row][column]; empty when not asked for. */
  image: Float32Array<ArrayBuffer>;
}

/** Whoever needs a model run takes this; `calls/` passes the implementation in. */
export interface InferencePort {
  /** @throws UserError 'inference-failed', 'inference-stopped', 'provider-unavailable', 'cancelled' */
  run(request: InferenceRequest, signal?: CancelSignal): Promise<InferenceResult>;

  /**
   * Asks for gradients, from a graph that is compiled from the model's weights and kept.
   *
   * @throws UserError 'invalid-input' for a network that is none of ours, and what `run` throws
   */
  gradients(request: GradientRequest, signal?: CancelSignal): Promise<GradientResult>;
}
