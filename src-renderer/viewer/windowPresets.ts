import type { SlicePixels } from '../../src-shared/contract/calls.ts';
import type { DisplayWindow, Samples } from '../../src-shared/domain/slice.ts';
import { chooseWindow } from '../../src-shared/imaging/chooseWindow.ts';
import { windowOfRange } from '../../src-shared/imaging/windowRange.ts';

/** A display window with a name. */
export interface WindowPreset {
  name: string;
  window: DisplayWindow;
}

/** Customary windows in Hounsfield units; they mean nothing for the free scale of MR. */
const ctPresets: readonly WindowPreset[] = [
  { name: 'Brain', window: { center: 40, width: 80 } },
  { name: 'Stroke', window: { center: 40, width: 40 } },
  { name: 'Subdural', window: { center: 75, width: 215 } },
  { name: 'Soft tissue', window: { center: 40, width: 350 } },
  { name: 'Bone', window: { center: 600, width: 2800 } },
];

/**
 * The windows that a slice can be shown with at one press: all that its file asks for, the one chosen from its
 * values, the whole range of them, and for CT the customary ones.
 */
export function windowPresets(slice: SlicePixels): WindowPreset[] {
  const ofFile = (slice.fileWindows ?? []).map(({ name, window }, index, all) => ({
    name: name ?? (all.length === 1 ? 'From the file' : `From the file, ${index + 1}`),
    window,
  }));
  return [
    ...ofFile,
    { name: 'Automatic', window: chooseWindow(slice.samples, slice) },
    { name: 'Full range', window: fullRange(slice.samples, slice) },
    ...(slice.format === 'dicom' && slice.attributes.modality === 'CT' ? ctPresets : []),
  ];
}

/** From the smallest finite value to the largest, in modality values. */
function fullRange(
  samples: Samples,
  { rescaleSlope, rescaleIntercept }: { rescaleSlope: number; rescaleIntercept: number },
): DisplayWindow {
  let [least, most] = [Infinity, -Infinity];
  for (const stored of samples) {
    if (!Number.isFinite(stored)) continue;
    if (stored < least) least = stored;
    if (stored > most) most = stored;
  }
  if (least > most) [least, most] = [0, 0];
  const ends = [least * rescaleSlope + rescaleIntercept, most * rescaleSlope + rescaleIntercept];
  return windowOfRange({ low: Math.min(...ends), high: Math.max(...ends) });
}

/** True where two windows show the same greys. */
export function isSameWindow(one: DisplayWindow, other: DisplayWindow): boolean {
  return one.center === other.center && one.width === other.width;
}
