import type { Plane } from './plane.ts';
import type { TumourClass } from './tumourClass.ts';

/** How much of a heatmap lies where it should; only where an outline or an expected region is known. */
export interface InsideFigures {
  /** The strongest place lies inside (Zhang et al. 2018, without tolerance). */
  isPeakInside: boolean;
  /** The strongest place lies inside, or at most 15 of 224 pixels away, as the pointing game was defined. */
  isPeakNear: boolean;
  /** Share of the heat that lies inside (Wang et al. 2020), 0…1. */
  energyInside: number;
  /** Share of the picture that the outline covers: what an even map would have inside. */
  areaInside: number;
}

/** Where the heat of one map lies. Nothing but the map and the picture is needed. */
export interface PlaceFigures {
  /** Share of the heat outside of the head; null where no head is found. */
  shareOutsideHead: number | null;
  /** Share of the heat within a fourteenth of the picture's side from its border; an even map has 0.27. */
  borderShare: number;
  /** Null where neither an outline nor a region is known. */
  inside: InsideFigures | null;
}

/** What a map promises, tried on the model. */
export interface ConductFigures {
  /** Area under the class's probability while the hottest pixels are taken away first (Petsiuk 2018); low is good. */
  deletion: number;
  /** Area under the class's probability while the hottest pixels come back first; high is good. */
  insertion: number;
  /** Mean correlation with the maps of the picture moved by two pixels, 1 at best. */
  shiftStability: number;
  /** Rank correlation with the map of the same network under random weights; near 0 is good, 1 means that it learnt nothing. */
  randomWeights: number;
}

/** Whether to believe one heatmap. Both are null where the map is empty: no cell speaks for the class. */
export interface TrustFigures {
  place: PlaceFigures | null;
  conduct: ConductFigures | null;
}

/** A point of a picture as shares of the head's frame: 0, 0 is its top left corner and 1, 1 its bottom right one. */
export type FramePoint = readonly [x: number, y: number];

/** Where the tumours of a class lie in a plane, roughly: a polygon in shares of the head's frame. */
export interface ExpectedRegion {
  class: TumourClass;
  plane: Plane;
  /** For example "sella". */
  name: string;
  polygon: readonly FramePoint[];
  /** Pictures of the plane may face either way: the mirrored polygon counts as well. */
  isMirrored: boolean;
}
