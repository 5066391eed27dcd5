import type { DisplayWindow } from '../domain/slice.ts';
import { UserError } from '../errors.ts';

/** The values that a display shows black and white; between them grey rises linearly. */
export interface ValueRange {
  low: number;
  high: number;
}

/**
 * The values at which a window's ramp begins and ends.
 *
 *     low = c - 0.5 - (w - 1) / 2        high = c - 0.5 + (w - 1) / 2
 *
 * `c` is the window centre and `w` its width: the LINEAR function of DICOM PS3.3 C.11.2.1.2.1.
 *
 * @throws UserError 'invalid-window' when the width is 1 or less, or a number is not finite
 */
export function rangeOfWindow({ center, width }: DisplayWindow): ValueRange {
  const half = (width - 1) / 2;
  const low = center - 0.5 - half;
  const high = center - 0.5 + half;
  if (!(high > low) || !Number.isFinite(high - low)) throw new UserError('invalid-window');
  return { low, high };
}

/**
 * The window that shows `low` black and `high` white: the inverse of `rangeOfWindow`. Its width exceeds 1
 * for every range, also that of a float volume between 0 and 1. An empty range becomes one small step, which
 * shows its value black.
 */
export function windowOfRange({ low, high }: ValueRange): DisplayWindow {
  const span = high > low ? high - low : Math.max(1, Math.abs(low) * 1e-6);
  return { center: low + span / 2 + 0.5, width: span + 1 };
}
