import type { Plane } from './plane.ts';
import type { TumourClass } from './tumourClass.ts';

/** How many pictures outside quarantine have a value, for each class. */
export interface DistributionBin {
  /** The bin's lower edge. */
  from: number;
  classes: Record<TumourClass | 'none', number>;
}

/** What a data set looks like by the numbers. */
export interface Distributions {
  counts: { class: TumourClass | 'none'; plane: Plane | 'none'; pictures: number }[];
  /** Of the longer side in pixels, in steps of 128; the last bin has all above. */
  sizes: DistributionBin[];
  /** Of the mean grey, 0…255, in steps of 16. */
  intensities: DistributionBin[];
}

/** The pictures of a data set on a map where those lie near that a model finds alike, as columns. */
export interface FeatureMap {
  /** Whose features they are. */
  model: string;
  seed: number;
  computedAt: string;
  ids: Uint32Array<ArrayBuffer>;
  /** [picture][x, y], within 0…1. */
  places: Float32Array<ArrayBuffer>;
  /** 0, or 1 + the place in `sheetClasses`. */
  classes: Uint8Array<ArrayBuffer>;
  /** 0, or 1 + the place in `sheetPlanes`. */
  planes: Uint8Array<ArrayBuffer>;
  /** 0: neither; 1: under Training; 2: under Testing. */
  parts: Uint8Array<ArrayBuffer>;
  /** 0: no class; 1: the model's answer is the label; 2: it is another. */
  mistakes: Uint8Array<ArrayBuffer>;
}
