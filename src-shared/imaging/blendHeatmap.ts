import { colourStep, infernoColours } from './inferno.ts';

/** How strongly a heatmap covers the picture. */
export interface HeatmapBlend {
  /** The value that gets the last colour; 0 or less leaves the picture as it is. */
  maximum: number;
  /** Opacity of the last colour, 0…1. */
  opacity: number;
}

/**
 * Lays a heatmap over a grey picture.
 *
 *     t = clamp(heat / maximum, 0, 1)     a = opacity * t     out = (1 - a) * grey + a * inferno(t)
 *
 * Opacity rises with the value, so a place without evidence keeps its grey, and a map without any positive
 * value shows the plain picture.
 *
 * @param grey - [row][column], 0…255
 * @param heat - as many values, up-sampled to the picture
 * @returns [row][column][red, green, blue, alpha], alpha 255
 */
export function blendHeatmap(
  grey: ArrayLike<number>,
  heat: ArrayLike<number>,
  { maximum, opacity }: HeatmapBlend,
): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(4 * grey.length);
  for (let i = 0; i < grey.length; i++) {
    const step = maximum > 0 ? colourStep(heat[i]! / maximum) : 0;
    const share = (opacity * step) / 255;
    for (let channel = 0; channel < 3; channel++) {
      rgba[4 * i + channel] = (1 - share) * grey[i]! + share * infernoColours[3 * step + channel]!;
    }
    rgba[4 * i + 3] = 255;
  }
  return rgba;
}
