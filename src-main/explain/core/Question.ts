import type { ProviderName, SliceRegion } from '../../../src-shared/domain/analysis.ts';
import type { InferencePort, LoadedModel, PlaceMaps } from '../../../src-shared/domain/inference.ts';
import type { CancelSignal } from '../../../src-shared/errors.ts';

/** A picture that the model has answered; the run that classified it gives all of it. */
export interface AnsweredPicture {
  /** What the model read, grey 0…255, [row][column]. */
  input: Float32Array<ArrayBuffer>;
  /** The part of the slice that the input shows. */
  region: SliceRegion;
  /** One for each class of the card. */
  logits: Float32Array;
  /** The last maps, [channel][row][column]. */
  features: Float32Array;
  /** Maps at a deeper place, and the gradient of the answered class's logit by them, where the run brought them. */
  answerMaps?: { place: string; maps: PlaceMaps } | null;
}

/** What explanations are computed with. */
export interface ExplainTools {
  model: LoadedModel;
  provider: ProviderName;
  inference: InferencePort;
  signal?: CancelSignal | undefined;
}

/** One picture, one score of it, and how to ask the model about them. */
export interface Question {
  picture: AnsweredPicture;
  tools: ExplainTools;
  classIndex: number;
  /** v of the score `S = Σ_c v_c y_c`, in the order of the classes: 1 at the class that is explained. */
  logitWeights: Float32Array<ArrayBuffer>;
  samples: number;
  seed: number;
}

/** A map before it becomes a heatmap: [row][column], unscaled. */
export interface PlainMap {
  rows: number;
  columns: number;
  values: Float32Array<ArrayBuffer>;
}
