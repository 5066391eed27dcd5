import type { ExaminedSlice } from './SliceExaminer.ts';

/** Why a slice is a stranger, in a sentence; null where its guard let it pass, or none looked. */
export function strangerReason({
  guard,
  guardedBy,
}: Pick<ExaminedSlice, 'guard' | 'guardedBy'>): string | null {
  if (!guard.flagged || guardedBy === null) return null;
  const { name, card } = guardedBy;
  if (guard.score === null) return `The model ${name} gives no numbers for it.`;
  const [score, threshold] = [guard.score.toFixed(2), card.guard!.threshold.toFixed(2)];
  return `Unlike the pictures that the model ${name} was trained on: ${score}, where ${threshold} is the most.`;
}
