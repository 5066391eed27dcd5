import { throwIfCancelled, type CancelSignal } from '../../src-shared/errors.ts';
import { CoarseIndex } from './CoarseIndex.ts';
import { compareHeads, pyramidOf, type Pyramid } from './compareHeads.ts';
import { mirrored } from './headThumbnail.ts';

/** Two pictures that resemble each other, by their positions; `a` is the smaller. */
export interface LikePair {
  a: number;
  b: number;
  /** See `compareHeads`. */
  similarity: number;
}

/** How many others a picture is compared with in detail: as it is, and mirrored. */
const candidates = { upright: 8, mirrored: 4 };

/** Pyramids that are kept, 12 KB each: a picture is a candidate of many. */
const mostPyramids = 2048;

/** Work between two looks at the signal and two turns for others. */
const picturesPerTurn = 32;

/**
 * The pairs of heads of at least a given similarity, also where one is the mirror image of the other: candidates
 * from the coarse index, judged by `compareHeads`. In a crowd of more copies than there are candidates each finds
 * the nearest, and joined pair by pair they still make one group.
 *
 * @param least - the smallest similarity to report
 * @param onProgress - hears how many pictures have been compared
 */
export async function findLikeHeads(
  thumbnails: readonly Uint8Array<ArrayBuffer>[],
  least: number,
  { signal, onProgress }: { signal?: CancelSignal; onProgress?: (done: number) => void } = {},
): Promise<LikePair[]> {
  const index = new CoarseIndex(thumbnails);
  const best = new Map<number, LikePair>();
  const judged = new Set<number>();
  const pyramids = new Map<number, Pyramid>();
  for (const [i, thumbnail] of thumbnails.entries()) {
    if (i % picturesPerTurn === 0) {
      throwIfCancelled(signal);
      onProgress?.(i);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const flipped = mirrored(thumbnail);
    judge(thumbnail, i, index.nearest(thumbnail, candidates.upright, i), false);
    judge(flipped, i, index.nearest(flipped, candidates.mirrored, i), true);
  }
  return [...best.values()].sort((p, q) => p.a - q.a || p.b - q.b);

  function judge(thumbnail: Uint8Array, i: number, others: readonly number[], isMirrored: boolean): void {
    const pyramid = pyramidOf(thumbnail);
    for (const other of others) {
      const [a, b] = [Math.min(i, other), Math.max(i, other)];
      const key = a * thumbnails.length + b;
      // The other picture's own search has judged this pair the same way.
      if (other < i && judged.has(2 * key + Number(isMirrored))) continue;
      judged.add(2 * key + Number(isMirrored));
      const similarity = compareHeads(pyramidAt(other), pyramid);
      if (similarity >= least && similarity > (best.get(key)?.similarity ?? 0))
        best.set(key, { a, b, similarity });
    }
  }

  function pyramidAt(i: number): Pyramid {
    const kept = pyramids.get(i);
    if (kept !== undefined) return kept;
    const made = pyramidOf(thumbnails[i]!);
    if (pyramids.size >= mostPyramids) pyramids.clear();
    pyramids.set(i, made);
    return made;
  }
}
