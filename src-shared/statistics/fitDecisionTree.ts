import { indexOfLargest } from './indexOfLargest.ts';
/** A question "is the feature at most the threshold?" with two trees, or an answer. */
export type DecisionTree =
  { answer: number } | { feature: number; threshold: number; atMost: DecisionTree; above: DecisionTree };

/** How far a tree may grow. */
export interface TreeLimits {
  depth: number;
  /** No leaf is made of fewer examples. */
  leastLeaf: number;
}

/**
 * Grows a small classification tree: at every node the question that leaves the purest halves.
 *
 *     minimise  n(L) G(L) + n(R) G(R),   G = 1 - sum over classes of (n(c) / n)²
 *
 * Breiman et al., "Classification and regression trees" (1984), with Gini's impurity and no pruning; thresholds lie
 * halfway between neighbouring values. Ties go to the earlier feature and the smaller threshold.
 *
 * @param rows - [example][feature]
 * @param labels - 0…classCount - 1
 */
export function fitDecisionTree(
  rows: readonly (readonly number[])[],
  labels: readonly number[],
  classCount: number,
  limits: TreeLimits,
): DecisionTree {
  return grow([...rows.keys()], rows, labels, classCount, limits);
}

/** The tree's answer for one example. */
export function answerOfTree(tree: DecisionTree, row: readonly number[]): number {
  if ('answer' in tree) return tree.answer;
  return answerOfTree(row[tree.feature]! <= tree.threshold ? tree.atMost : tree.above, row);
}

function grow(
  items: readonly number[],
  rows: readonly (readonly number[])[],
  labels: readonly number[],
  classCount: number,
  { depth, leastLeaf }: TreeLimits,
): DecisionTree {
  const counts = Array<number>(classCount).fill(0);
  for (const item of items) counts[labels[item]!]!++;
  const leaf = { answer: indexOfLargest(counts) };
  const isPure = counts.filter((count) => count > 0).length < 2;
  const question = depth === 0 || isPure ? null : bestQuestion(items, rows, labels, counts, leastLeaf);
  if (question === null) return leaf;
  const { feature, threshold } = question;
  const limits = { depth: depth - 1, leastLeaf };
  const side = (isIn: (value: number) => boolean): DecisionTree =>
    grow(
      items.filter((item) => isIn(rows[item]![feature]!)),
      rows,
      labels,
      classCount,
      limits,
    );
  return {
    ...question,
    atMost: side((value) => value <= threshold),
    above: side((value) => value > threshold),
  };
}

function bestQuestion(
  items: readonly number[],
  rows: readonly (readonly number[])[],
  labels: readonly number[],
  counts: readonly number[],
  leastLeaf: number,
): { feature: number; threshold: number } | null {
  // n G = n - sum of n(c)² / n: only the last part differs between questions, so it is maximised.
  let best = counts.reduce((sum, count) => sum + count * count, 0) / items.length + 1e-9;
  let question = null;
  for (let feature = 0; feature < (rows[0]?.length ?? 0); feature++) {
    const order = [...items].sort((a, b) => rows[a]![feature]! - rows[b]![feature]!);
    const before = Array<number>(counts.length).fill(0);
    let [squaresBefore, squaresAfter] = [0, counts.reduce((sum, count) => sum + count * count, 0)];
    for (let place = 1; place < order.length; place++) {
      const label = labels[order[place - 1]!]!;
      squaresBefore += 2 * before[label]! + 1;
      squaresAfter -= 2 * (counts[label]! - before[label]!) - 1;
      before[label]!++;
      const [value, next] = [rows[order[place - 1]!]![feature]!, rows[order[place]!]![feature]!];
      const after = order.length - place;
      if (value === next || place < leastLeaf || after < leastLeaf) continue;
      const purity = squaresBefore / place + squaresAfter / after;
      if (purity <= best) continue;
      best = purity;
      question = { feature, threshold: (value + next) / 2 };
    }
  }
  return question;
}
