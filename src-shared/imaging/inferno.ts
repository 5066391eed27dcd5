import { interpolateInferno } from 'd3-scale-chromatic';

const steps = 256;

/**
 * The colour map "inferno" of Stéfan van der Walt and Nathaniel Smith as 256 colours, [step][red, green, blue]:
 * black through purple and orange to pale yellow. Equal steps of the value look like equal steps of colour,
 * lightness rises all the way, and it keeps its order in grey print and for colour-blind readers.
 */
export const infernoColours: Uint8ClampedArray<ArrayBuffer> = Uint8ClampedArray.from(
  Array.from({ length: steps }, (_, step) => channelsOf(interpolateInferno(step / (steps - 1)))).flat(),
);

/** The three numbers in `#rrggbb`. */
function channelsOf(colour: string): number[] {
  return [1, 3, 5].map((start) => Number.parseInt(colour.slice(start, start + 2), 16));
}

/**
 * The step of the colour map for a share of the maximum: 0…255.
 *
 * @param share - 0…1; what lies outside counts as the nearer end, and NaN as 0
 */
export function colourStep(share: number): number {
  return share > 0 ? Math.round(255 * Math.min(share, 1)) : 0;
}
