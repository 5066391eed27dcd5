/** A point of a curve; `threshold` is the score from which on an answer is "yes". */
export interface CurvePoint {
  x: number;
  y: number;
  threshold: number;
}

/** Curves of one class against the rest. The areas are null where one side is empty. */
export interface RankingCurves {
  /** x: false positive rate, y: true positive rate; from (0, 0) to (1, 1). */
  roc: CurvePoint[];
  rocArea: number | null;
  /** x: recall, y: precision; from the highest threshold down. */
  precisionRecall: CurvePoint[];
  averagePrecision: number | null;
}

/**
 * ROC and precision-recall curve of a score that should be high for the positives.
 *
 *     ROC-AUC = sum (x(i) - x(i-1)) (y(i) + y(i-1)) / 2,   AP = sum (R(i) - R(i-1)) P(i)
 *
 * over the distinct scores, highest first. The first is the chance that a positive scores above a negative, ties
 * by halves; the second interpolates nothing, as in scikit-learn's `average_precision_score`.
 *
 * @param keepsPoints - false for the areas alone, which resampling asks for often
 */
export function rankingCurves(
  scores: readonly number[],
  isPositive: readonly boolean[],
  keepsPoints = true,
): RankingCurves {
  const order = Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]!);
  const positives = isPositive.reduce((sum, positive) => sum + (positive ? 1 : 0), 0);
  const negatives = scores.length - positives;
  const roc: CurvePoint[] = [{ x: 0, y: 0, threshold: Infinity }];
  const precisionRecall: CurvePoint[] = [];
  let [hits, misses, previousHits, previousMisses] = [0, 0, 0, 0];
  let [rocArea, averagePrecision] = [0, 0];
  order.forEach((index, place) => {
    if (isPositive[index]) hits++;
    else misses++;
    const threshold = scores[index]!;
    const next = order[place + 1];
    if (next !== undefined && scores[next] === threshold) return;
    rocArea += (misses - previousMisses) * (hits + previousHits) * 0.5;
    averagePrecision += ((hits - previousHits) * hits) / (hits + misses);
    [previousHits, previousMisses] = [hits, misses];
    if (!keepsPoints) return;
    roc.push({ x: misses / negatives, y: hits / positives, threshold });
    precisionRecall.push({ x: hits / positives, y: hits / (hits + misses), threshold });
  });
  return {
    roc: positives > 0 && negatives > 0 ? roc : [],
    rocArea: positives > 0 && negatives > 0 ? rocArea / (positives * negatives) : null,
    precisionRecall: positives > 0 ? precisionRecall : [],
    averagePrecision: positives > 0 ? averagePrecision / positives : null,
  };
}
