import type { ProviderName } from '../../src-shared/domain/analysis.ts';
import type { ModelFile } from '../network/readModelWeights.ts';
import type { MapShape } from '../../src-shared/statistics/guard/regionMeans.ts';
import type { Failure } from '../../src-shared/errors.ts';

/** One run, as the parent sends it to the child. */
export interface RunOrder {
  id: number;
  model: {
    name: string;
    /** Path of the graph. */
    file: string;
    /** SHA-256 that the file must still have. */
    fingerprint: string;
  };
  provider: ProviderName;
  /** Threads for the operators of a CPU session. */
  threads: number;
  inputName: string;
  /** [channel, row, column] of one picture. */
  pictureShape: readonly number[];
  /** `count` pictures, one after the other. */
  inputs: Float32Array<ArrayBuffer>;
  count: number;
  outputNames: readonly string[];
  /** The second output is these maps, of which only `regionMeans` is wanted; null: whole outputs. */
  meansOf: MapShape | null;
  /**
   * Also the maps at a place and the gradient of the answer by them: two more outputs, the `logits` being the first;
   * none where the network is not one of ours. Null where nobody wants them.
   */
  answerGradient: AnswerGradientOrder | null;
  /** A gradient graph instead of the model's own; null for that. */
  gradient: GradientOrder | null;
}

/** What a gradient graph is compiled for, and the sum of logits that one run takes. */
export interface GradientOrder {
  model: ModelFile;
  activations: readonly string[];
  wantsImage: boolean;
  /** [class] */
  logitWeights: Float32Array<ArrayBuffer>;
}

/** Where the gradient of the answer is taken. */
export interface AnswerGradientOrder {
  model: ModelFile;
  place: string;
}

/** What the child answers. */
export type RunReply =
  /** One array for each output name: [picture][…]. */
  { id: number; ok: true; outputs: Float32Array<ArrayBuffer>[] } | { id: number; ok: false; error: Failure };
