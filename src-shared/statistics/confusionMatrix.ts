/** Counts, [true class][predicted class]. */
export type ConfusionMatrix = number[][];

/** How often each class was taken for each. */
export function confusionMatrix(
  labels: readonly number[],
  predictions: readonly number[],
  classCount: number,
): ConfusionMatrix {
  const matrix = Array.from({ length: classCount }, () => Array<number>(classCount).fill(0));
  labels.forEach((label, i) => matrix[label]![predictions[i]!]!++);
  return matrix;
}
