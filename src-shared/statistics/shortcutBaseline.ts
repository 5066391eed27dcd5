import { areTumourClasses, type ClassName } from '../domain/className.ts';
import { tumourClasses } from '../domain/tumourClass.ts';
import { answerOfTree, fitDecisionTree, type DecisionTree, type TreeLimits } from './fitDecisionTree.ts';
import { RandomStream } from './RandomStream.ts';
import { wilsonInterval, type Interval } from './wilsonInterval.ts';
import { indexOfLargest } from './indexOfLargest.ts';

/** A slice as the baseline sees it. */
export interface ShortcutExample {
  /** What it gives away without its content, in the order of `shortcutFeaturesOf`. */
  features: readonly number[];
  label: ClassName;
  group: string;
}

/** How far one gets without looking at the brain. */
export interface ShortcutBaseline {
  n: number;
  accuracy: number;
  accuracyInterval: Interval | null;
  /** Tumour of any kind against none; null for planes. */
  tumourAccuracy: number | null;
  tumourAccuracyInterval: Interval | null;
  /** What always naming the most frequent class of the fitted slices gets. */
  majorityAccuracy: number;
  /** How it was fitted and judged, in words. */
  protocol: string;
}

/** A rule that a person could write down. */
const limits: TreeLimits = { depth: 4, leastLeaf: 8 };
const folds = 5;

/**
 * The accuracy of a four-question decision tree on size, border and brightness only. A model has to beat it, or it
 * may have learned no more.
 *
 * Fitted on the training part and judged on the evaluated slices where a training part is given; else by five
 * folds that keep groups together. No choice is made by looking at the result.
 *
 * @param training - slices of the model's own training part; null where they are not at hand
 * @param classes - what the slices are told apart by: tumour classes, or planes
 */
export function shortcutBaseline(
  evaluated: readonly ShortcutExample[],
  training: readonly ShortcutExample[] | null,
  { classes = tumourClasses, seed = 1 }: { classes?: readonly ClassName[]; seed?: number } = {},
): ShortcutBaseline {
  const answers =
    training === null ? answersByFolds(evaluated, classes, seed) : answersOf(training, evaluated, classes);
  const n = evaluated.length;
  const labels = evaluated.map(({ label }) => classes.indexOf(label));
  const noTumor = classes.indexOf('no_tumor');
  const isOfTumours = areTumourClasses(classes);
  const right = count(labels, (label, i) => label === answers[i]!.full);
  const rightOfTumour = count(labels, (label, i) => (label === noTumor) === answers[i]!.isNone);
  const rightOfMajority = count(labels, (label, i) => label === answers[i]!.majority);
  return {
    n,
    accuracy: n === 0 ? 0 : right / n,
    accuracyInterval: wilsonInterval(right, n),
    tumourAccuracy: !isOfTumours ? null : n === 0 ? 0 : rightOfTumour / n,
    tumourAccuracyInterval: isOfTumours ? wilsonInterval(rightOfTumour, n) : null,
    majorityAccuracy: n === 0 ? 0 : rightOfMajority / n,
    protocol:
      training === null
        ? `Decision tree of depth ${limits.depth}, ${folds} folds of the evaluated slices, groups kept together`
        : `Decision tree of depth ${limits.depth}, fitted on ${training.length} training slices`,
  };
}

interface BaselineAnswer {
  full: number;
  isNone: boolean;
  majority: number;
}

function answersOf(
  training: readonly ShortcutExample[],
  asked: readonly ShortcutExample[],
  classes: readonly ClassName[],
): BaselineAnswer[] {
  const labels = training.map(({ label }) => classes.indexOf(label));
  const noTumor = classes.indexOf('no_tumor');
  const full = treeOf(training, labels, classes.length);
  const none = treeOf(
    training,
    labels.map((label) => (label === noTumor ? 1 : 0)),
    2,
  );
  const counts = classes.map((_, c) => labels.filter((label) => label === c).length);
  const majority = indexOfLargest(counts);
  return asked.map(({ features }) => ({
    full: answerOfTree(full, features),
    isNone: answerOfTree(none, features) === 1,
    majority,
  }));
}

function treeOf(
  examples: readonly ShortcutExample[],
  labels: readonly number[],
  classCount: number,
): DecisionTree {
  const rows = examples.map(({ features }) => features);
  return fitDecisionTree(rows, labels, classCount, limits);
}

function answersByFolds(
  examples: readonly ShortcutExample[],
  classes: readonly ClassName[],
  seed: number,
): BaselineAnswer[] {
  const groups = new RandomStream(seed).shuffle([...new Set(examples.map(({ group }) => group))]);
  const foldOf = new Map(groups.map((group, place) => [group, place % folds]));
  const answers: BaselineAnswer[] = [];
  for (let fold = 0; fold < folds; fold++) {
    const isAsked = ({ group }: ShortcutExample): boolean => foldOf.get(group) === fold;
    const places = [...examples.keys()].filter((i) => isAsked(examples[i]!));
    const training = examples.filter((example) => !isAsked(example));
    const found = answersOf(
      training,
      places.map((i) => examples[i]!),
      classes,
    );
    places.forEach((i, k) => (answers[i] = found[k]!));
  }
  return answers;
}

function count(labels: readonly number[], isRight: (label: number, index: number) => boolean): number {
  return labels.filter(isRight).length;
}
