import type { Plane } from './plane.ts';
import type { TumourClass } from './tumourClass.ts';

/** The parts of a split, as a plan counts them. */
export interface PartCounts {
  train: number;
  validation: number;
  test: number;
}

/** One fold of a planned split. */
export interface FoldPlan extends PartCounts {
  /** Test pictures that have a copy or a neighbouring slice in training or validation: the leak. */
  testWithTwin: number;
  /** Of those, test pictures with a copy there, to the byte, the pixel or the eye. */
  testWithCopy: number;
  /** How many of each class and plane every part has. */
  strata: (PartCounts & { class: TumourClass; plane: Plane | null })[];
}

/** What a split would do, or does. */
export interface SplitPlan {
  folds: FoldPlan[];
  /** Pictures left out, since nobody knows their class. */
  withoutClass: number;
  /** Of the split's document; equal for equal pictures, labels, protocol and seed. */
  sha256: string;
  /** Its number among what is kept with the data set; null where it was not kept. */
  saved: number | null;
}

/** Which part each picture of a split is in; those that are gone are left out. */
export interface SplitParts {
  ids: Uint32Array<ArrayBuffer>;
  /** 1: training; 2: validation; 3: test. */
  parts: Uint8Array<ArrayBuffer>;
}
