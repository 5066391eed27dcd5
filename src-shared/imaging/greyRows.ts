import type { DisplayWindow, Slice } from '../domain/slice.ts';
import { chooseWindow } from './chooseWindow.ts';
import type { PictureSize, RowReader } from './resize.ts';
import { resizeRows } from './resize.ts';
import { rangeOfWindow } from './windowRange.ts';

/**
 * Reads a slice as display grey 0…255, unrounded, row by row: rescale, window and inversion in one line
 *
 *     grey = clamp(stored value × gain + bias, 0, 255)
 *
 * An 8-bit picture without a window is taken as it is; every other goes through the file's window, or through
 * `chooseWindow` where there is none; MONOCHROME1 is inverted, so that bright is bright.
 *
 * @throws UserError 'invalid-window' when the values span no usable range
 */
export function greyRows(slice: Slice): RowReader {
  const { samples, columns } = slice;
  const plain = plainGrey(slice);
  // Most pictures are grey already, and copying them takes a third of the time.
  if (plain !== null)
    return (row, line) => {
      const start = row * columns;
      for (let column = 0; column < columns; column++) line[column] = plain[start + column]!;
    };
  const { gain, bias } = greyScale(slice);
  return (row, line) => {
    const start = row * columns;
    for (let column = 0; column < columns; column++) {
      const grey = samples[start + column]! * gain + bias;
      // Written so that NaN turns black.
      line[column] = grey > 0 ? Math.min(grey, 255) : 0;
    }
  };
}

/** The samples of a slice that is displayed as it is stored; null for any other. @throws UserError as `greyRows` */
export function plainGrey(slice: Slice): Uint8Array<ArrayBuffer> | null {
  const { gain, bias } = greyScale(slice);
  return slice.samples instanceof Uint8Array && gain === 1 && bias === 0 ? slice.samples : null;
}

/** The line grey = stored value × gain + bias: rescale, window and inversion in one. */
function greyScale(slice: Slice): { gain: number; bias: number } {
  const { rescaleSlope, rescaleIntercept, isInverted } = slice;
  let [gain, bias] = [1, 0];
  const window = usableWindow(slice);
  if (window) {
    const { low, high } = rangeOfWindow(window);
    gain = (255 * rescaleSlope) / (high - low);
    bias = (255 * (rescaleIntercept - low)) / (high - low);
  }
  return isInverted ? { gain: -gain, bias: 255 - bias } : { gain, bias };
}

/** The file's window, else a chosen one; null for the 8-bit pictures that need none. */
function usableWindow(slice: Slice): DisplayWindow | null {
  if (slice.window && slice.window.width > 1) return slice.window;
  const { samples, bitsStored, rescaleSlope, rescaleIntercept } = slice;
  const isPlainGrey =
    samples instanceof Uint8Array && bitsStored === 8 && rescaleSlope === 1 && rescaleIntercept === 0;
  return isPlainGrey ? null : chooseWindow(samples, slice);
}

/**
 * A slice as an 8-bit grey picture of any size, through its own window.
 *
 * @returns [row][column] of the target size, 0…255
 */
export function displayGrey(slice: Slice, to: PictureSize): Uint8ClampedArray<ArrayBuffer> {
  const grey = new Float32Array(to.rows * to.columns);
  resizeRows(greyRows(slice), slice, to, grey);
  return Uint8ClampedArray.from(grey);
}
