import { throwIfCancelled, type CancelSignal } from '../../src-shared/errors.ts';
import { compareHeads, pyramidOf } from './compareHeads.ts';
import { findLikeHeads, type LikePair } from './likeHeads.ts';
import { numberedNeighbours } from './numberedNeighbours.ts';
import type { DescribedPicture } from './readPictures.ts';
import { UnionFind } from './UnionFind.ts';

/**
 * Changes whenever the same pictures could be grouped otherwise: the descriptions, the comparison, a threshold, a
 * rule. A split keeps the version that it was made with.
 */
export const groupingVersion = 2;

/**
 * The smallest similarity (see `compareHeads`) of two copies of one picture. Copies that were resized,
 * re-compressed, brightened or cropped by 5 % lie above 0.95; of all other pairs of the public set none lies
 * above 0.93.
 */
const nearDuplicate = 0.94;

/** The smallest similarity of neighbouring slices of one patient when nothing but their looks tells. */
const lookAlike = 0.85;

/**
 * The smallest similarity of neighbouring slices when their numbers are this far apart. The nearer the numbers,
 * the likelier it is one patient to begin with; of two patients' slices of one plane a tenth lies above 0.5, and a
 * fiftieth above 0.6.
 */
const numberedAlike: Readonly<Record<number, number>> = { 1: 0.5, 2: 0.6, 3: 0.6 };

/** A thumbnail whose grey values lie this close together shows nothing: blank slices of two patients are alike. */
const leastContrast = 8;

/** Pictures of a data set that belong together, and why. Numbers are positions in the list that was grouped. */
export interface Grouping {
  groupingVersion: number;
  /** For every picture its group, which is the position of its first picture. Splits keep groups whole. */
  groupOf: Int32Array;
  /** Same bytes. Pictures of one file (frames) are not duplicates of each other. */
  exact: number[][];
  /** Same decoded pixels, other bytes; one picture for each file content. */
  samePixels: number[][];
  /** The same picture to the eye, other pixels; one picture for each pixel content. */
  near: number[][];
  /** All pictures that are copies of one another by any of the three. */
  copies: number[][];
  /** Neighbouring slices, beyond copies; one picture for each set of copies. */
  sliceRuns: number[][];
  /** Pairs behind `near` and behind the look-alikes among `sliceRuns`. */
  likePairs: LikePair[];
}

/**
 * Finds the pictures that must not be separated by a split: exact, pixel and near duplicates, runs of neighbouring
 * slices, frames of one file, and slices of one DICOM series or patient.
 *
 * @param onProgress - hears how many of the pictures have been compared
 * @throws UserError 'cancelled'
 */
export async function groupPictures(
  pictures: readonly DescribedPicture[],
  options: { signal?: CancelSignal; onProgress?: (done: number, total: number) => void } = {},
): Promise<Grouping> {
  const copies = new UnionFind(pictures.length);
  const visible = pictures.map(({ thumbnail }) => hasContrast(thumbnail));

  const exact = joinSame(copies, pictures, (i) => `${pictures[i]!.fileHash} ${pictures[i]!.frame ?? ''}`);
  const byContent = firstOfSets(copies).filter((i) => visible[i]);
  const samePixels = joinSame(copies, pictures, (i) => pictures[i]!.pixelHash, byContent);
  const byPixels = firstOfSets(copies).filter((i) => visible[i]);

  const likePairs = await likePairsOf(pictures, byPixels, options);
  const nearSets = new UnionFind(pictures.length);
  for (const { a, b } of likePairs.filter(({ similarity }) => similarity >= nearDuplicate)) {
    nearSets.join(a, b);
    copies.join(a, b);
  }

  const runs = copies.copy();
  for (const { a, b } of likePairs) runs.join(a, b);
  await joinNumbered(runs, pictures, visible, options.signal);

  const groups = runs.copy();
  joinSame(groups, pictures, (i) => pictures[i]!.path);
  joinSame(groups, pictures, (i) => pictures[i]!.seriesKey);
  joinSame(groups, pictures, (i) => pictures[i]!.patientKey);

  return {
    groupingVersion,
    groupOf: Int32Array.from(pictures, (_, i) => groups.find(i)),
    exact,
    samePixels,
    near: nearSets.sets(2),
    copies: copies.sets(2),
    sliceRuns: runs
      .sets(2)
      .map((run) => run.filter((i) => copies.find(i) === i))
      .filter(({ length }) => length >= 2),
    likePairs,
  };
}

/** False for a thumbnail that shows nothing: by their looks alone, all of those are the same picture. */
export function hasContrast(thumbnail: Uint8Array): boolean {
  let [least, most] = [255, 0];
  for (let i = 0; i < thumbnail.length; i++) {
    const value = thumbnail[i]!;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return most - least >= leastContrast;
}

/** Joins the pictures with equal keys and returns those sets; a null key is like no other. */
function joinSame(
  sets: UnionFind,
  pictures: readonly DescribedPicture[],
  keyOf: (index: number) => string | null,
  among: Iterable<number> = pictures.keys(),
): number[][] {
  const byKey = new Map<string, number[]>();
  for (const i of among) {
    const key = keyOf(i);
    if (key === null) continue;
    const same = byKey.get(key);
    if (same === undefined) byKey.set(key, [i]);
    else {
      sets.join(same[0]!, i);
      same.push(i);
    }
  }
  return [...byKey.values()].filter(({ length }) => length >= 2);
}

function firstOfSets(sets: UnionFind): number[] {
  return sets.sets().map((set) => set[0]!);
}

async function likePairsOf(
  pictures: readonly DescribedPicture[],
  among: readonly number[],
  { signal, onProgress }: { signal?: CancelSignal; onProgress?: (done: number, total: number) => void },
): Promise<LikePair[]> {
  const thumbnails = among.map((i) => pictures[i]!.thumbnail);
  const pairs = await findLikeHeads(thumbnails, lookAlike, {
    ...(signal && { signal }),
    onProgress: (done) => onProgress?.(done, among.length),
  });
  return pairs.map(({ a, b, similarity }) => ({ a: among[a]!, b: among[b]!, similarity }));
}

/** Joins pictures of consecutive numbers that are alike enough for how far apart the numbers are. */
async function joinNumbered(
  runs: UnionFind,
  pictures: readonly DescribedPicture[],
  visible: readonly boolean[],
  signal?: CancelSignal,
): Promise<void> {
  const reach = Math.max(...Object.keys(numberedAlike).map(Number));
  const paths = pictures.map(({ path, frame }) => (frame === null ? path : ''));
  for (const [turn, { a, b, distance }] of numberedNeighbours(paths, reach).entries()) {
    if (turn % 64 === 0) {
      throwIfCancelled(signal);
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (!visible[a] || !visible[b] || runs.find(a) === runs.find(b)) continue;
    const [first, second] = [pictures[a]!, pictures[b]!].map(({ thumbnail }) => pyramidOf(thumbnail));
    if (compareHeads(first!, second!, true) >= numberedAlike[distance]!) runs.join(a, b);
  }
}
