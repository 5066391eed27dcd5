import { RandomStream } from '../../../src-shared/statistics/RandomStream.ts';
import type { DatasetPicture } from '../../../src-shared/domain/dataset.ts';
import type { SplitFold } from './Split.ts';

/** Parts of a single split: train, validation, test. */
const singleSplit = [0.7, 0.2, 0.1];

/** What a picture is stratified by. */
type Stratified = Pick<DatasetPicture, 'class' | 'plane'>;

/**
 * Splits pictures so that no group is divided and every part has the mixture of the whole, as well as whole groups
 * allow: in class × plane, and in class, plane and number for themselves.
 *
 * Groups are dealt out, the largest first and equal ones in the seed's order, each to the part that it brings
 * nearest to its due:
 *
 *     cost = sum over parts p and strata s of (n_ps - f_p N_s)² / (f_p N_s)
 *
 * `n_ps` counts the pictures of s in p, `N_s` all of s, and `f_p` is the share of p: Pearson's chi-squared, so a
 * scarce stratum weighs as much as a common one. The greedy way of scikit-learn's StratifiedGroupKFold.
 *
 * @param groupOf - for every picture its group
 * @param folds - 1 for one split of 70 / 20 / 10; or K: the test pictures of the folds are then K parts of equal
 *   size, the validation pictures of fold k are the test pictures of fold k + 1 (of the last: the first), and the
 *   rest is for training
 */
export function groupedFolds(
  pictures: readonly Stratified[],
  groupOf: ArrayLike<number>,
  { seed, folds }: { seed: number; folds: number },
): SplitFold[] {
  const shares = folds === 1 ? singleSplit : Array.from({ length: folds }, () => 1 / folds);
  const parts = dealOut(pictures, groupOf, shares, seed);
  if (folds === 1) return [{ train: parts[0]!, validation: parts[1]!, test: parts[2]! }];
  return parts.map((test, k) => {
    const next = (k + 1) % folds;
    const train = parts.filter((_, other) => other !== k && other !== next).flat();
    return { train: train.sort((a, b) => a - b), validation: [...parts[next]!], test };
  });
}

/** Positions of each part, ascending. */
function dealOut(
  pictures: readonly Stratified[],
  groupOf: ArrayLike<number>,
  shares: readonly number[],
  seed: number,
): number[][] {
  const strataOf = stratify(pictures);
  const totals = new Map<number, number>();
  for (const strata of strataOf) for (const s of strata) totals.set(s, (totals.get(s) ?? 0) + 1);
  const filled = shares.map(() => new Map<number, number>());
  const parts: number[][] = shares.map(() => []);
  for (const members of groupsBySize(pictures.length, groupOf, seed)) {
    const counts = new Map<number, number>();
    for (const i of members) for (const s of strataOf[i]!) counts.set(s, (counts.get(s) ?? 0) + 1);
    const costs = shares.map((share, p) => costOfAdding(counts, filled[p]!, totals, share));
    const part = costs.indexOf(Math.min(...costs));
    parts[part]!.push(...members);
    for (const [s, count] of counts) filled[part]!.set(s, (filled[part]!.get(s) ?? 0) + count);
  }
  return parts.map((part) => part.sort((a, b) => a - b));
}

/** By how much the cost of a part grows with a group; what a part is short of makes it fall. */
function costOfAdding(
  counts: ReadonlyMap<number, number>,
  filled: ReadonlyMap<number, number>,
  totals: ReadonlyMap<number, number>,
  share: number,
): number {
  let cost = 0;
  for (const [s, count] of counts) {
    const due = share * totals.get(s)!;
    const surplus = (filled.get(s) ?? 0) - due;
    // (surplus + count)² - surplus², over what is due.
    cost += (count * (2 * surplus + count)) / due;
  }
  return cost;
}

function groupsBySize(count: number, groupOf: ArrayLike<number>, seed: number): number[][] {
  const groups = new Map<number, number[]>();
  for (let i = 0; i < count; i++) {
    const members = groups.get(groupOf[i]!);
    if (members === undefined) groups.set(groupOf[i]!, [i]);
    else members.push(i);
  }
  // Sorting is stable, so equal sizes keep the seed's order.
  return new RandomStream(seed).shuffle([...groups.values()]).sort((a, b) => b.length - a.length);
}

/** For every picture the numbers of its strata: class × plane, class, plane, all. */
function stratify(pictures: readonly Stratified[]): number[][] {
  const numbers = new Map<string, number>();
  const numberOf = (name: string): number => {
    const known = numbers.get(name) ?? numbers.size;
    numbers.set(name, known);
    return known;
  };
  return pictures.map(({ class: tumour, plane }) =>
    [`${tumour} × ${plane}`, `class ${tumour}`, `plane ${plane}`, 'all'].map(numberOf),
  );
}
