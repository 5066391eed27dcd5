import type { ConfusionMatrix } from './confusionMatrix.ts';
import { wilsonInterval, type Interval } from './wilsonInterval.ts';

/** How well one class was found; null where a figure would divide by zero. */
export interface ClassScores {
  /** TP / (TP + FP): how many of the answers "this class" were right. */
  precision: number | null;
  /** TP / (TP + FN): how many of this class were found. */
  recall: number | null;
  /** 2 TP / (2 TP + FP + FN). */
  f1: number | null;
  /** How many slices truly are of this class. */
  support: number;
  /** 95 % intervals; slices taken as independent. */
  intervals: { precision: Interval | null; recall: Interval | null; f1: Interval | null };
}

/** Means over classes. */
export interface MeanScores {
  precision: number;
  recall: number;
  f1: number;
}

/** Everything that a confusion matrix says by itself. */
export interface ClassReport {
  n: number;
  accuracy: number;
  accuracyInterval: Interval | null;
  /** In the order of the matrix. */
  perClass: ClassScores[];
  /** Every class counts alike. */
  macro: MeanScores;
  /** Every class counts by its support. */
  weighted: MeanScores;
}

/**
 * Accuracy, and precision, recall and F1 of each class with intervals.
 *
 * Precision and recall are proportions and get Wilson's interval. So does J = TP / (TP + FP + FN), whose interval
 * becomes F1's through F1 = 2 J / (1 + J). In the means a figure that divides by zero counts as 0, as in
 * scikit-learn; classes without a single slice are left out of the macro means.
 */
export function classReport(matrix: ConfusionMatrix): ClassReport {
  const perClass = matrix.map((row, index) => scoresOfClass(matrix, row, index));
  const n = perClass.reduce((sum, { support }) => sum + support, 0);
  const right = matrix.reduce((sum, row, index) => sum + row[index]!, 0);
  return {
    n,
    accuracy: n === 0 ? 0 : right / n,
    accuracyInterval: wilsonInterval(right, n),
    perClass,
    macro: meanScores(perClass, ({ support }) => (support > 0 ? 1 : 0)),
    weighted: meanScores(perClass, ({ support }) => support),
  };
}

function scoresOfClass(matrix: ConfusionMatrix, row: readonly number[], index: number): ClassScores {
  const found = row[index]!;
  const support = row.reduce((sum, count) => sum + count, 0);
  const answered = matrix.reduce((sum, other) => sum + other[index]!, 0);
  const either = support + answered - found;
  const overlap = wilsonInterval(found, either);
  return {
    precision: share(found, answered),
    recall: share(found, support),
    f1: share(2 * found, support + answered),
    support,
    intervals: {
      precision: wilsonInterval(found, answered),
      recall: wilsonInterval(found, support),
      f1: overlap && [f1OfOverlap(overlap[0]), f1OfOverlap(overlap[1])],
    },
  };
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function f1OfOverlap(overlap: number): number {
  return (2 * overlap) / (1 + overlap);
}

function meanScores(classes: readonly ClassScores[], weightOf: (scores: ClassScores) => number): MeanScores {
  const total = classes.reduce((sum, scores) => sum + weightOf(scores), 0);
  const mean = (name: keyof MeanScores): number =>
    total === 0
      ? 0
      : classes.reduce((sum, scores) => sum + weightOf(scores) * (scores[name] ?? 0), 0) / total;
  return { precision: mean('precision'), recall: mean('recall'), f1: mean('f1') };
}
