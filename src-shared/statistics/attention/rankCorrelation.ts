/**
 * Pearson's correlation of two maps of the same size.
 *
 *     r = sum of (a - mean a)(b - mean b) / sqrt(sum of (a - mean a)² * sum of (b - mean b)²)
 *
 * Where a map is constant there is no correlation: two constant maps say the same (1), a constant one and another
 * nothing in common (0). A map that stays constant whatever happens to the model thus counts as one that never changes.
 *
 * @throws RangeError for maps of different sizes
 */
export function correlation(one: ArrayLike<number>, other: ArrayLike<number>): number {
  const count = one.length;
  if (other.length !== count) throw new RangeError('the maps differ in size');
  let [meanOne, meanOther] = [0, 0];
  for (let i = 0; i < count; i++) {
    meanOne += one[i]! / count;
    meanOther += other[i]! / count;
  }
  let [both, squareOne, squareOther] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const [a, b] = [one[i]! - meanOne, other[i]! - meanOther];
    both += a * b;
    squareOne += a * a;
    squareOther += b * b;
  }
  const [isFlatOne, isFlatOther] = [isFlat(squareOne, meanOne, count), isFlat(squareOther, meanOther, count)];
  if (isFlatOne || isFlatOther) return isFlatOne && isFlatOther ? 1 : 0;
  return both / Math.sqrt(squareOne * squareOther);
}

/**
 * Spearman's rank correlation of two maps: Pearson's of their ranks, equal values sharing the mean of theirs
 * (Adebayo et al., "Sanity checks for saliency maps", NeurIPS 2018, compare maps so, without taking magnitudes).
 *
 * @throws RangeError for maps of different sizes
 */
export function rankCorrelation(one: ArrayLike<number>, other: ArrayLike<number>): number {
  return correlation(ranksOf(one), ranksOf(other));
}

/** Sums of squares that rounding alone explains. */
function isFlat(squares: number, mean: number, count: number): boolean {
  return squares <= count * (mean * 1e-6) ** 2;
}

function ranksOf(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const ranks = new Float64Array(values.length);
  for (let first = 0; first < order.length;) {
    let end = first + 1;
    while (end < order.length && values[order[end]!] === values[order[first]!]) end++;
    for (let place = first; place < end; place++) ranks[order[place]!] = (first + end - 1) / 2;
    first = end;
  }
  return ranks;
}
