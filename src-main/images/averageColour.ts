/**
 * Colour to grey as the published project did it: the plain average of the three channels, not a luminance.
 *
 *     grey = round((R + G + B) / 3)
 *
 * A grey picture that was stored as colour (R = G = B) keeps its values exactly.
 *
 * @param colour - interleaved, [row][column][red, green, blue], perhaps with further channels that are left out
 * @param channels - how many values belong to one pixel, 3 or more
 * @returns [row][column], of the same number type
 */
export function averageColour<Numbers extends Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>>(
  colour: Numbers,
  channels: number,
): Numbers {
  const pixels = Math.floor(colour.length / channels);
  return (
    colour instanceof Uint8Array
      ? averageBytes(colour, channels, pixels)
      : averageWords(colour, channels, pixels)
  ) as Numbers;
}

/**
 * (sum + 1) / 3 rounded down is sum / 3 rounded to the nearest, since the remainder is 0, 1 or 2; and 21846 / 2^16
 * is near enough to a third for all sums of three bytes, at three quarters of the time of a division.
 */
function averageBytes(colour: Uint8Array, channels: number, pixels: number): Uint8Array<ArrayBuffer> {
  const grey = new Uint8Array(pixels);
  for (let pixel = 0, at = 0; pixel < pixels; pixel++, at += channels) {
    grey[pixel] = ((colour[at]! + colour[at + 1]! + colour[at + 2]! + 1) * 21846) >>> 16;
  }
  return grey;
}

function averageWords(colour: Uint16Array, channels: number, pixels: number): Uint16Array<ArrayBuffer> {
  const grey = new Uint16Array(pixels);
  for (let pixel = 0, at = 0; pixel < pixels; pixel++, at += channels) {
    grey[pixel] = (colour[at]! + colour[at + 1]! + colour[at + 2]! + 1) / 3;
  }
  return grey;
}
