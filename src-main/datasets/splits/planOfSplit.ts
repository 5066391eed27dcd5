import type { FoldPlan } from '../../../src-shared/domain/splitPlan.ts';
import { splitParts, type Split, type SplitFold, type SplitPart } from './Split.ts';

/** Names of the sets that the pictures of a split lie in, by position. */
export interface SplitNeighbours {
  /** Copies of any kind. */
  copyOf: ArrayLike<number>;
  /** Copies and neighbouring slices. */
  groupOf: ArrayLike<number>;
}

/** Counts a fold: its parts, its strata, and how much of its test part the training has all but seen. */
export function planOfFold(split: Split, fold: SplitFold, { copyOf, groupOf }: SplitNeighbours): FoldPlan {
  const known = [...fold.train, ...fold.validation];
  const seenAs = (sets: ArrayLike<number>): number => {
    const seen = new Set(known.map((i) => sets[i]!));
    return fold.test.filter((i) => seen.has(sets[i]!)).length;
  };
  return {
    ...countOf((part) => fold[part].length),
    testWithTwin: seenAs(groupOf),
    testWithCopy: seenAs(copyOf),
    strata: strataOf(split, fold),
  };
}

function strataOf({ pictures }: Split, fold: SplitFold): FoldPlan['strata'] {
  const nameOf = (i: number): string => `${pictures[i]!.class} ${pictures[i]!.plane ?? ''}`;
  const parts = countOf((part) => Map.groupBy(fold[part], nameOf));
  const firstOf = new Map(splitParts.flatMap((part) => fold[part].map((i) => [nameOf(i), i] as const)));
  return [...firstOf]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, i]) => ({
      class: pictures[i]!.class!,
      plane: pictures[i]!.plane,
      ...countOf((part) => parts[part].get(name)?.length ?? 0),
    }));
}

function countOf<Value>(of: (part: SplitPart) => Value): Record<SplitPart, Value> {
  return { train: of('train'), validation: of('validation'), test: of('test') };
}
