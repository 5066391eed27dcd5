/** `predictionSet` forgives rounding of 1e-12; a threshold must exceed a score by more to leave it behind. */
const margin = 1e-9;

/**
 * The threshold with which `predictionSet` holds the true class of a new slice with a stated probability.
 *
 *     s_i = sum of the probabilities above the true class's,   k = ceil((n + 1) * coverage),   t = s_(k)
 *
 * The set of slice i holds the true class exactly when the classes above it sum to less than t, so `t` is the k-th
 * smallest s, and a hair more. If validation slices and new ones are exchangeable, the set holds the true class
 * with at least `coverage` (Vovk et al. 2005; Romano, Sesia and Candès 2020). Two warnings: neighbouring slices and
 * other hospitals are not exchangeable; and a model that is right more often than `coverage` gets sets of one class.
 *
 * @param probabilities - of a validation part, calibrated, one row each
 * @returns 0…1; 1 where there are too few slices for the coverage
 */
export function fitConformalThreshold(
  probabilities: readonly (readonly number[])[],
  labels: readonly number[],
  coverage: number,
): number {
  const scores = probabilities.map((row, i) => sumAbove(row, labels[i]!)).sort((a, b) => a - b);
  // The small number keeps 0.9 * 10 from being 9.000…01.
  const rank = Math.ceil((scores.length + 1) * coverage - 1e-9);
  const score = scores[rank - 1];
  return score === undefined ? 1 : Math.min(1, score + margin);
}

/** The probabilities of the classes that `predictionSet` takes before a class; of equals the first comes first. */
function sumAbove(row: readonly number[], label: number): number {
  const own = row[label]!;
  return row.reduce((sum, p, c) => (p > own || (p === own && c < label) ? sum + p : sum), 0);
}
