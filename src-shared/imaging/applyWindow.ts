import type { DisplayWindow } from '../domain/slice.ts';
import { rangeOfWindow } from './windowRange.ts';

/**
 * Maps modality values to 8-bit grey through a linear display window.
 *
 *     grey = 255 * clamp((v - (c - 0.5)) / (w - 1) + 0.5, 0, 1)
 *
 * `v` is a value, `c` the window centre and `w` its width; `w` must exceed 1.
 * The LINEAR function of DICOM PS3.3 C.11.2.1.2.1, so a window read from a file
 * looks as it does on the scanner console. Values that are not numbers turn black.
 *
 * @param values - modality values, [row][column]
 * @returns as many grey levels, each 0 (black) to 255 (white)
 * @throws UserError 'invalid-window' when the width is 1 or less
 */
export function applyWindow(
  values: ArrayLike<number>,
  window: DisplayWindow,
): Uint8ClampedArray<ArrayBuffer> {
  const { low, high } = rangeOfWindow(window);
  const levelsPerUnit = 255 / (high - low);
  const grey = new Uint8ClampedArray(values.length);
  // A clamped array rounds, clamps and turns NaN into 0 by itself.
  for (let i = 0; i < grey.length; i++) grey[i] = (values[i]! - low) * levelsPerUnit;
  return grey;
}
