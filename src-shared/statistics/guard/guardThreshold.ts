/** The share of the validation part that is flagged: less than half of the 5 % that a guard may flag of what it knows. */
const flaggedShare = 0.02;
/** Fewer pictures cannot tell 2 %. */
const leastPictures = 80;

/**
 * The score above which a picture is flagged: at most 2 % of the validation part are. The limit is 5 %, and the rest
 * is kept free: slices of one patient are flagged together, so the share moves much from one part of a split to another.
 *
 * @param scores - of the validation part
 * @returns the highest score that is not flagged; null for fewer than 80 pictures
 */
export function guardThreshold(scores: readonly number[]): number | null {
  if (scores.length < leastPictures) return null;
  return scores.toSorted((a, b) => b - a)[Math.floor(flaggedShare * scores.length)]!;
}
