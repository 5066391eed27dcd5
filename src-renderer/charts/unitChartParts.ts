/** A line through points of 0…1 on both axes. */
export interface UnitLine {
  /** Names the line in the legend. */
  name: string;
  points: readonly { x: number; y: number }[];
  /** A CSS colour. */
  colour: string;
  /** SVG dashes, so that lines are told apart without colours; undefined: a whole line. */
  dash?: string | undefined;
}

/** A column between two heights, 0…1. */
export interface UnitColumn {
  from: number;
  to: number;
  bottom: number;
  top: number;
  kind: 'plain' | 'wrong' | 'mark';
}
