import type { LoadedModel } from '../../../src-shared/domain/inference.ts';
import type { TumourClass } from '../../../src-shared/domain/tumourClass.ts';
import type { CancelSignal } from '../../../src-shared/errors.ts';

/** The values of a map at its own size. */
export interface HeatGrid {
  rows: number;
  columns: number;
  /** [row][column] */
  values: Float32Array<ArrayBuffer>;
}

/** Pictures to explain, as the model reads them. */
export interface MapRequest {
  model: LoadedModel;
  /** Grey 0…255, [picture][row][column]. */
  inputs: Float32Array<ArrayBuffer>;
  count: number;
  /** The class to explain, of each picture. */
  classes: readonly TumourClass[];
}

/** One way to explain, whichever: the trust figures need to know nothing else of it. */
export type MapMaker = (request: MapRequest, signal?: CancelSignal) => Promise<HeatGrid[]>;
