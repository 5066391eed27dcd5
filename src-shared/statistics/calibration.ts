/** One column of a reliability diagram: answers whose confidence lies in (from, to]. */
export interface ReliabilityBin {
  from: number;
  to: number;
  count: number;
  /** Mean confidence; null where the bin is empty. */
  confidence: number | null;
  /** Share of right answers; null where the bin is empty. */
  accuracy: number | null;
}

/**
 * Sorts answers by the confidence in their class into bins of equal width.
 *
 * @param confidences - probability of the answered class, 0…1
 */
export function reliabilityBins(
  confidences: readonly number[],
  isRight: readonly boolean[],
  binCount = 15,
): ReliabilityBin[] {
  const counts = new Float64Array(binCount);
  const sums = new Float64Array(binCount);
  const rights = new Float64Array(binCount);
  confidences.forEach((confidence, i) => {
    const bin = Math.min(binCount - 1, Math.max(0, Math.ceil(confidence * binCount) - 1));
    counts[bin]!++;
    sums[bin]! += confidence;
    if (isRight[i]) rights[bin]!++;
  });
  return Array.from(counts, (count, bin) => ({
    from: bin / binCount,
    to: (bin + 1) / binCount,
    count,
    confidence: count === 0 ? null : sums[bin]! / count,
    accuracy: count === 0 ? null : rights[bin]! / count,
  }));
}

/**
 * How far confidence and accuracy lie apart.
 *
 *     ECE = sum over bins of (n(b) / n) |accuracy(b) - confidence(b)|
 *
 * Guo et al., "On calibration of modern neural networks", ICML 2017, with 15 bins of equal width there and here.
 * Biased upwards in small samples, so compare it only at like sizes.
 */
export function expectedCalibrationError(bins: readonly ReliabilityBin[]): number {
  const n = bins.reduce((sum, { count }) => sum + count, 0);
  const gaps = bins.map(
    ({ count, confidence, accuracy }) => count * Math.abs((accuracy ?? 0) - (confidence ?? 0)),
  );
  return n === 0 ? 0 : gaps.reduce((sum, gap) => sum + gap, 0) / n;
}
