import type { Locator } from '@playwright/test';
import sharp from 'sharp';

/**
 * What a person sees in the middle of an element, half its width and height, where no overlay text lies.
 *
 * @returns 8-bit RGB, [row][column][channel]
 */
export async function middleOf(element: Locator): Promise<Uint8Array> {
  const png = await element.screenshot({ animations: 'disabled', caret: 'hide' });
  const { width = 0, height = 0 } = await sharp(png).metadata();
  const [halfWidth, halfHeight] = [Math.floor(width / 2), Math.floor(height / 2)];
  const area = { left: halfWidth >> 1, top: halfHeight >> 1, width: halfWidth, height: halfHeight };
  return sharp(png).extract(area).removeAlpha().raw().toBuffer();
}

/**
 * How far two pictures of one size lie apart: the mean of |a − b| over all samples, 0 to 255.
 *
 * @throws RangeError when their sizes differ
 */
export function difference(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) throw new RangeError(`pictures of ${a.length} and ${b.length} samples`);
  let sum = 0;
  for (const [index, value] of a.entries()) sum += Math.abs(value - (b[index] ?? 0));
  return sum / a.length;
}

/** How colourful a picture is: the mean of max(R, G, B) − min(R, G, B). A grey slice has 0, a heatmap has not. */
export function colourfulness(pixels: Uint8Array): number {
  let sum = 0;
  for (let index = 0; index < pixels.length; index += 3) {
    const [red = 0, green = 0, blue = 0] = pixels.subarray(index, index + 3);
    sum += Math.max(red, green, blue) - Math.min(red, green, blue);
  }
  return sum / (pixels.length / 3);
}
