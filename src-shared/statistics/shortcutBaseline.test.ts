import { expect, test } from 'vitest';
import { planes } from '../domain/plane.ts';
import { tumourClasses } from '../domain/tumourClass.ts';
import { answerOfTree, fitDecisionTree } from './fitDecisionTree.ts';
import { RandomStream } from './RandomStream.ts';
import { shortcutBaseline, type ShortcutExample } from './shortcutBaseline.ts';

/** Slices whose size tells tumour from none for a share of them, and nothing else tells anything. */
function drawExamples(count: number, tellingShare: number, seed: number): ShortcutExample[] {
  const random = new RandomStream(seed);
  return Array.from({ length: count }, (_, i) => {
    const label = tumourClasses[random.integer(4)]!;
    const tells = random.happens(tellingShare);
    const rows = tells ? (label === 'no_tumor' ? 200 + random.integer(100) : 512) : 200 + random.integer(400);
    return { features: [rows, 300, ...[1, 2, 3, 4, 5].map(() => random.uniform())], label, group: `g${i}` };
  });
}

test('the tree asks the question that separates, and no more', () => {
  const rows = [
    [1, 9],
    [2, 1],
    [3, 9],
    [10, 1],
    [11, 9],
    [12, 1],
  ];
  const tree = fitDecisionTree(rows, [0, 0, 0, 1, 1, 1], 2, { depth: 4, leastLeaf: 1 });
  expect(tree).toEqual({ feature: 0, threshold: 6.5, atMost: { answer: 0 }, above: { answer: 1 } });
  expect(rows.map((row) => answerOfTree(tree, row))).toEqual([0, 0, 0, 1, 1, 1]);
});

test('the tree keeps its limits', () => {
  const rows = Array.from({ length: 40 }, (_, i) => [i]);
  const labels = rows.map((_, i) => i % 2);
  expect(fitDecisionTree(rows, labels, 2, { depth: 0, leastLeaf: 1 })).toEqual({ answer: 0 });
  const leaves = (tree: ReturnType<typeof fitDecisionTree>, from: number, to: number): number[] =>
    'answer' in tree
      ? [to - from]
      : [
          ...leaves(tree.atMost, from, Math.ceil(tree.threshold)),
          ...leaves(tree.above, Math.ceil(tree.threshold), to),
        ];
  const tree = fitDecisionTree(rows, labels, 2, { depth: 3, leastLeaf: 7 });
  expect(Math.min(...leaves(tree, 0, 40))).toBeGreaterThanOrEqual(7);
  expect(fitDecisionTree([], [], 4, { depth: 3, leastLeaf: 1 })).toEqual({ answer: 0 });
});

test('finds a size that gives the tumour away, by folds and with a training part alike', () => {
  const [evaluated, training] = [drawExamples(600, 1, 1), drawExamples(600, 1, 2)];
  const byFolds = shortcutBaseline(evaluated, null);
  const trained = shortcutBaseline(evaluated, training);
  expect(byFolds.tumourAccuracy).toBeGreaterThan(0.99);
  expect(trained.tumourAccuracy).toBeGreaterThan(0.99);
  expect(byFolds.protocol).toMatch(/folds/);
  expect(trained.protocol).toMatch(/600 training slices/);
});

test('finds nothing where there is nothing: it stays near the most frequent class', () => {
  const { accuracy, majorityAccuracy, tumourAccuracy } = shortcutBaseline(drawExamples(2000, 0, 5), null);
  expect(accuracy).toBeLessThan(0.3);
  expect(majorityAccuracy).toBeLessThan(0.3);
  expect(tumourAccuracy).toBeCloseTo(0.75, 1);
  expect(shortcutBaseline([], null)).toMatchObject({ n: 0, accuracy: 0, accuracyInterval: null });
});

test('planes are told apart by the frame alone where the frame tells, and nothing is said of tumours', () => {
  const drawn = drawExamples(600, 0, 9).map(({ features, group }, i): ShortcutExample => {
    const [rows = 0, , ...rest] = features;
    return { features: [rows, 300 + (i % 3) * 50, ...rest], label: planes[i % 3]!, group };
  });
  const baseline = shortcutBaseline(drawn, null, { classes: planes });
  expect(baseline.accuracy).toBeGreaterThan(0.99);
  expect(baseline).toMatchObject({ tumourAccuracy: null, tumourAccuracyInterval: null });
});
