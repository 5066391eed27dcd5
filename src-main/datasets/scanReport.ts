import type { Plane } from '../../src-shared/domain/plane.ts';
import type { TumourClass } from '../../src-shared/domain/tumourClass.ts';
import type { Grouping } from './groupPictures.ts';
import type { DescribedPicture } from './readPictures.ts';
import { measureShortcuts, type Shortcut } from './measureShortcuts.ts';

/** How often something was found, and where: sets of paths, relative to the data set, with `/`. */
export interface Findings {
  groups: number;
  list: string[][];
}

/** A file that a model's guard finds unlike a head MR. */
export interface Stranger {
  path: string;
  /** Of its strangest slice; null where the model's answer was no number. */
  score: number | null;
  reason: string;
}

/** What `dataset scan` says of the pictures that could be read. */
export interface ScanReport {
  exactDuplicates: Findings & { extraFiles: number };
  pixelDuplicates: Findings & { extraFiles: number };
  nearDuplicates: Findings;
  /** Copies of any kind with one under Training and one under Testing. */
  crossSplit: Findings & { testFilesWithTwin: number };
  /** Copies of any kind under different classes. */
  labelConflicts: string[][];
  sliceRuns: Findings;
  strangers: Stranger[];
  shortcuts: Shortcut[];
  byClass: Partial<Record<TumourClass | 'unknown', number>>;
  byPlane: Partial<Record<Plane | 'unknown', number>>;
  groupingVersion: number;
}

/** Puts a grouping into words and paths; pure, so the same for a command and for a screen. */
export function scanReport(
  pictures: readonly DescribedPicture[],
  grouping: Grouping,
  strangers: Stranger[] = [],
): ScanReport {
  const findings = (sets: readonly number[][]): Findings => {
    const list = sets.map((set) => pathsOf(pictures, set)).filter(({ length }) => length >= 2);
    return { groups: list.length, list };
  };
  const exact = findings(grouping.exact);
  const samePixels = findings(grouping.samePixels);
  const isIn = (part: string) => (i: number) => pictures[i]!.part === part;
  const crossing = grouping.copies.filter((set) => set.some(isIn('training')) && set.some(isIn('testing')));
  return {
    exactDuplicates: { groups: exact.groups, extraFiles: extraFiles(exact), list: exact.list },
    pixelDuplicates: { groups: samePixels.groups, extraFiles: extraFiles(samePixels), list: samePixels.list },
    nearDuplicates: findings(grouping.near),
    crossSplit: {
      ...findings(crossing),
      testFilesWithTwin: pathsOf(pictures, crossing.flat().filter(isIn('testing'))).length,
    },
    labelConflicts: grouping.copies
      .filter((set) => new Set(set.map((i) => pictures[i]!.class).filter((name) => name !== null)).size > 1)
      .map((set) => pathsOf(pictures, set)),
    sliceRuns: findings(grouping.sliceRuns),
    strangers,
    shortcuts: measureShortcuts(pictures, grouping.groupOf),
    byClass: countBy(pictures, ({ class: tumour }) => tumour),
    byPlane: countBy(pictures, ({ plane }) => plane),
    groupingVersion: grouping.groupingVersion,
  };
}

/** Every file once, however many of its frames are in the set. */
function pathsOf(pictures: readonly DescribedPicture[], set: readonly number[]): string[] {
  return [...new Set(set.map((i) => pictures[i]!.path))];
}

function extraFiles({ list }: Findings): number {
  return list.reduce((sum, paths) => sum + paths.length - 1, 0);
}

function countBy<Name extends string>(
  pictures: readonly DescribedPicture[],
  nameOf: (picture: DescribedPicture) => Name | null,
): Partial<Record<Name | 'unknown', number>> {
  const counts: Partial<Record<Name | 'unknown', number>> = {};
  for (const picture of pictures) {
    const name = nameOf(picture) ?? 'unknown';
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
