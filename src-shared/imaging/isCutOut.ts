import type { Head } from './findHead.ts';

/** A side of the head's frame that is filled by this share is a cut; a whole head touches its frame only here and there. */
const cutShare = 0.7;

/** One cut is usual: a sagittal or coronal slice ends in the neck. */
const leastCuts = 2;

/**
 * Whether the picture shows a part cut out of a head instead of a head: at least two sides of the head's frame are
 * filled by more than 70 %.
 *
 *     share of a side = pixels of the mask on that outermost line of the frame / length of the line
 *
 * Of 363 slices of the published image set 1.1 % are found cut, of 68 DICOM slices of two heads none; of 383 cut-outs of
 * half of each side of the former, from anywhere in the middle, 96 % are.
 */
export function isCutOut({ mask, frame }: Head, columns: number): boolean {
  const { top, left, height, width } = frame;
  const share = (first: number, step: number, length: number): number => {
    let filled = 0;
    for (let i = 0; i < length; i++) filled += mask[first + i * step]!;
    return filled / length;
  };
  const start = top * columns + left;
  const sides = [
    share(start, 1, width),
    share(start + (height - 1) * columns, 1, width),
    share(start, columns, height),
    share(start + width - 1, columns, height),
  ];
  return sides.filter((side) => side > cutShare).length >= leastCuts;
}
