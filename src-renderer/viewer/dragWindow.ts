import type { DisplayWindow } from '../../src-shared/domain/slice.ts';
import { rangeOfWindow } from '../../src-shared/imaging/windowRange.ts';
import type { Point } from './affine.ts';

/** A drag of this many CSS pixels widens or shifts the window by the whole ramp of the file's window. */
const pixelsForWholeRamp = 300;

/** The narrowest ramp, as a share of the file's. */
const narrowestShare = 1 / 1000;

/**
 * The window after a drag, as radiology viewers do it: to the right widens it, downwards raises its centre.
 *
 * Steps are proportional to the ramp of the file's own window, so that the gesture feels the same for values
 * 0…1 and 0…65,535.
 *
 * @param by - the way of the pointer, CSS pixels
 * @param fileWindow - the window that the slice came with
 */
export function dragWindow(current: DisplayWindow, by: Point, fileWindow: DisplayWindow): DisplayWindow {
  const { low, high } = rangeOfWindow(fileWindow);
  const ramp = high - low;
  const step = ramp / pixelsForWholeRamp;
  const width = Math.max(current.width + by.x * step, 1 + ramp * narrowestShare);
  return { center: current.center + by.y * step, width };
}
