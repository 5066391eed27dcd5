import { wilsonInterval } from '../wilsonInterval.ts';

/** At most this share of pictures like the training pictures may be flagged. */
export const mostFlagged = 0.05;

/**
 * The score above which a picture is flagged: as low as the validation part allows, so that not only its own flagged
 * share but the upper end of that share's 95 % interval (Wilson) is at most 5 %.
 *
 * @param scores - of the validation part
 * @returns the highest score that is not flagged; null where there are too few pictures (below 73) to promise that
 */
export function guardThreshold(scores: readonly number[]): number | null {
  const bound = (flagged: number): number => wilsonInterval(flagged, scores.length)?.[1] ?? 1;
  let flagged = 0;
  if (bound(flagged) > mostFlagged) return null;
  while (bound(flagged + 1) <= mostFlagged) flagged++;
  return [...scores].sort((a, b) => b - a)[flagged]!;
}
