import type { Samples } from '../../../src-shared/domain/slice.ts';
import type { PixelFormat } from './readPixelFormat.ts';

/** How the colours of a frame are laid out. */
export type ColourLayout = Pick<PixelFormat, 'rows' | 'columns' | 'bitsStored' | 'isPlanar'> & {
  /** 'ycbcr-422': two pixels share their colour, stored as Y Y Cb Cr. */
  space: 'rgb' | 'ycbcr' | 'ycbcr-422';
};

/**
 * Brings the colours of a frame to RGB by pixel. YCbCr is converted by PS3.3 C.7.6.3.1.2 (full range, ITU-T T.871):
 *
 *     R = Y + 1.402 Cr′
 *     G = Y − 0.344136 Cb′ − 0.714136 Cr′
 *     B = Y + 1.772 Cb′
 *
 * with Cb′ = Cb − 2^(bitsStored − 1), Cr′ likewise, and each result rounded and clamped to 0…2^bitsStored − 1.
 *
 * @param samples - three components, by pixel or by plane
 * @returns [row][column][red, green, blue]
 */
export function rgbFromColour(
  samples: Samples,
  layout: ColourLayout,
): Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> {
  const { rows, columns, bitsStored, space, isPlanar } = layout;
  const pixels = rows * columns;
  const [rgb, maximum] =
    bitsStored <= 8 ? [new Uint8Array(3 * pixels), 255] : [new Uint16Array(3 * pixels), 2 ** bitsStored - 1];
  const half = 2 ** (bitsStored - 1);
  const places = placesOf(space, isPlanar, pixels);
  for (let pixel = 0, at = 0; pixel < pixels; pixel++, at += 3) {
    const [first, second, third] = places(pixel);
    const [a, b, c] = [samples[first] ?? 0, samples[second] ?? 0, samples[third] ?? 0];
    if (space === 'rgb') {
      rgb[at] = a;
      rgb[at + 1] = b;
      rgb[at + 2] = c;
    } else {
      const [cb, cr] = [b - half, c - half];
      rgb[at] = clamp(a + 1.402 * cr, maximum);
      rgb[at + 1] = clamp(a - 0.344136 * cb - 0.714136 * cr, maximum);
      rgb[at + 2] = clamp(a + 1.772 * cb, maximum);
    }
  }
  return rgb;
}

function clamp(value: number, maximum: number): number {
  return Math.min(Math.max(Math.round(value), 0), maximum);
}

/** Where the three components of a pixel lie. */
function placesOf(
  space: ColourLayout['space'],
  isPlanar: boolean,
  pixels: number,
): (pixel: number) => readonly [number, number, number] {
  if (space === 'ycbcr-422') return (p) => [4 * (p >> 1) + (p & 1), 4 * (p >> 1) + 2, 4 * (p >> 1) + 3];
  return isPlanar ? (p) => [p, p + pixels, p + 2 * pixels] : (p) => [3 * p, 3 * p + 1, 3 * p + 2];
}
