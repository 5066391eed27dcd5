import type { SlicePixels } from '../../../src-shared/contract/calls.ts';
import type { DisplayWindow } from '../../../src-shared/domain/slice.ts';

/**
 * The window to show a slice with. The slices of a DICOM series or a volume are measured alike, so the
 * series keeps the window it was given and neighbours can be compared by eye; a folder of pictures is a
 * mere collection, and each picture keeps its own.
 *
 * @param kept - the window that the series was last shown with, if it was
 */
export function windowFor(
  pixels: Pick<SlicePixels, 'format' | 'window'>,
  kept: DisplayWindow | undefined,
): DisplayWindow {
  const isMeasuredAlike = pixels.format === 'dicom' || pixels.format === 'nifti';
  return isMeasuredAlike && kept !== undefined ? kept : pixels.window;
}
