import type { ProviderName } from '../../src-shared/domain/analysis.ts';
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
}

/** What the child answers. */
export type RunReply =
  /** One array for each output name: [picture][…]. */
  { id: number; ok: true; outputs: Float32Array<ArrayBuffer>[] } | { id: number; ok: false; error: Failure };
