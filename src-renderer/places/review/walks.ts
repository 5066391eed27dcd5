import type { ReviewSlice } from '../../../src-shared/domain/review.ts';
import type { TumourClass } from '../../../src-shared/domain/tumourClass.ts';

/** An order in which slices are gone through. */
export const walkNames = ['missed', 'cell', 'mistakes', 'disagreements', 'attention', 'all'] as const;

export type WalkName = (typeof walkNames)[number];

/** A cell of the confusion matrix. */
export interface ConfusionCell {
  label: TumourClass;
  answer: TumourClass;
}

/** A right answer with a larger share of its heat outside of the head is worth a look. */
const badShareOutside = 0.25;

/**
 * The slices of a walk, in the order in which they are gone through. The first answer of a slice is the combined
 * model's.
 *
 * - `missed`: tumours that are called healthy, meningiomas first, the surest mistake first
 * - `cell`: one cell of the confusion matrix
 * - `mistakes`: every wrong answer, the most confident first
 * - `disagreements`: the combined model and that of the plane differ
 * - `attention`: right answers whose evidence lies outside of the head, or along the border
 */
export function walkThrough(
  slices: readonly ReviewSlice[],
  walk: WalkName,
  cell: ConfusionCell,
): ReviewSlice[] {
  const first = ({ answers }: ReviewSlice) => answers[0]!;
  const isWrong = (slice: ReviewSlice): boolean => slice.label !== null && first(slice).class !== slice.label;
  const surest = (a: ReviewSlice, b: ReviewSlice): number => first(b).probability - first(a).probability;
  const answered = slices.filter(({ answers }) => answers.length > 0);
  switch (walk) {
    case 'missed': {
      const rank = ({ label }: ReviewSlice): number => (label === 'meningioma_tumor' ? 0 : 1);
      return answered
        .filter((slice) => isWrong(slice) && first(slice).class === 'no_tumor')
        .sort((a, b) => rank(a) - rank(b) || surest(a, b));
    }
    case 'cell':
      return answered
        .filter((slice) => slice.label === cell.label && first(slice).class === cell.answer)
        .sort(surest);
    case 'mistakes':
      return answered.filter(isWrong).sort(surest);
    case 'disagreements':
      return answered
        .filter(({ answers }) => new Set(answers.map((answer) => answer.class)).size > 1)
        .sort(surest);
    case 'attention':
      return answered
        .filter((slice) => slice.label !== null && !isWrong(slice) && shareAstray(slice) > badShareOutside)
        .sort((a, b) => shareAstray(b) - shareAstray(a));
    case 'all':
      return answered;
  }
}

/** The larger of the shares of heat outside of the head and along the border; 0 where nothing is known. */
function shareAstray({ answers }: ReviewSlice): number {
  const place = answers[0]?.place ?? null;
  return place === null ? 0 : Math.max(place.shareOutsideHead ?? 0, place.borderShare);
}
