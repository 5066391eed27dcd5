/** A side of the head's frame that is filled by more than this share is a cut. */
const cutShare = 0.7;

/** One cut is usual: a sagittal or coronal slice ends in the neck. */
const leastCuts = 2;

/**
 * Whether the picture shows a part cut out of a head instead of a head: at least two sides of the head's frame are
 * filled by more than 70 %.
 *
 * Of 363 slices of the published image set 1.1 % are found cut, of 68 DICOM slices of two heads none; of 383 cut-outs of
 * half of each side of the former, from anywhere in the middle, 96 % are.
 *
 * @param sides - see `findHeadSides`
 */
export function isCutOut(sides: readonly number[]): boolean {
  return sides.filter((share) => share > cutShare).length >= leastCuts;
}
