/** Two models on the same slices. */
export interface McNemarResult {
  /** Slices that only the first model answers rightly. */
  onlyFirst: number;
  /** Slices that only the second model answers rightly. */
  onlySecond: number;
  /** Two-sided. */
  pValue: number;
}

/**
 * McNemar's exact test: were both models equally good, each slice on which one is right and the other wrong would fall
 * to either side like a coin.
 *
 *     p = min(1, 2 P(X <= min(b, c))),   X ~ Binomial(b + c, 1/2)
 *
 * `b` and `c` count those slices. Q. McNemar, Psychometrika 12 (1947), in its exact form. Slices of a patient err
 * together, so p is too small where groups are large.
 */
export function compareByMcNemar(
  firstIsRight: readonly boolean[],
  secondIsRight: readonly boolean[],
): McNemarResult {
  let [onlyFirst, onlySecond] = [0, 0];
  firstIsRight.forEach((first, i) => {
    if (first && !secondIsRight[i]) onlyFirst++;
    if (!first && secondIsRight[i]) onlySecond++;
  });
  return { onlyFirst, onlySecond, pValue: twoSidedCoinTest(onlyFirst, onlySecond) };
}

function twoSidedCoinTest(b: number, c: number): number {
  const n = b + c;
  // log of C(n, k) / 2^n, by recurrence: the terms themselves would overflow.
  let logTerm = -n * Math.LN2;
  let sum = Math.exp(logTerm);
  for (let k = 1; k <= Math.min(b, c); k++) {
    logTerm += Math.log((n - k + 1) / k);
    sum += Math.exp(logTerm);
  }
  return Math.min(1, 2 * sum);
}
