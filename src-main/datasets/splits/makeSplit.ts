import { hash } from 'node:crypto';
import type { DatasetPicture } from '../../../src-shared/domain/dataset.ts';
import { groupedFolds } from './groupedFolds.ts';
import { publishedFold } from './publishedFold.ts';
import type { Split, SplitFold } from './Split.ts';

/** The groups of the pictures that are split; see `groupPictures`. */
export interface SplitGroups {
  groupingVersion: number;
  /** For every picture its group. */
  groupOf: ArrayLike<number>;
}

/**
 * The split of the published project: all pictures in one pool, shuffled, 70 / 20 / 10 (see `publishedFold`). Twins
 * and neighbours fall on both sides; it is there to be compared with.
 */
export function makePublishedSplit(pictures: readonly DatasetPicture[], seed: number): Split {
  return seal(pictures, null, { protocol: 'published', seed, folds: [publishedFold(pictures.length, seed)] });
}

/**
 * The split that results are reported on: groups stay whole (see `groupedFolds`).
 *
 * @param folds - 1 for one split of 70 / 20 / 10, or K of 3 or more for a cross-validation
 */
export function makeGroupedSplit(
  pictures: readonly DatasetPicture[],
  groups: SplitGroups,
  { seed, folds }: { seed: number; folds: number },
): Split {
  return seal(pictures, groups, {
    protocol: 'grouped',
    seed,
    folds: groupedFolds(pictures, groups.groupOf, { seed, folds }),
  });
}

/**
 * Identity of a set of pictures wherever they lie: the SHA-256 of their file hashes and frames, sorted, one a line.
 */
export function fingerprintOf(pictures: readonly Pick<DatasetPicture, 'fileHash' | 'frame'>[]): string {
  const lines = pictures.map(({ fileHash, frame }) => `${fileHash} ${frame ?? ''}\n`);
  return hash('sha256', lines.sort().join(''), 'hex');
}

/** The hash that a split carries of itself. */
export function hashSplit(split: Omit<Split, 'sha256'>): string {
  // Field by field, so that the order in which a document was written does not count.
  const { schemaVersion, protocol, seed, groupingVersion, datasetFingerprint, pictures, folds } = split;
  const rows = pictures.map(({ path, frame, hash, class: tumour, plane, group }) => [
    path,
    frame,
    hash,
    tumour,
    plane,
    group,
  ]);
  const parts = folds.map(({ train, validation, test }) => [train, validation, test]);
  const content = [schemaVersion, protocol, seed, groupingVersion, datasetFingerprint, rows, parts];
  return hash('sha256', JSON.stringify(content), 'hex');
}

function seal(
  pictures: readonly DatasetPicture[],
  groups: SplitGroups | null,
  made: { protocol: Split['protocol']; seed: number; folds: SplitFold[] },
): Split {
  const unsealed: Omit<Split, 'sha256'> = {
    schemaVersion: 1,
    protocol: made.protocol,
    seed: made.seed,
    groupingVersion: groups?.groupingVersion ?? null,
    datasetFingerprint: fingerprintOf(pictures),
    pictures: pictures.map(({ path, frame, fileHash, class: tumour, plane }, i) => ({
      path,
      frame,
      hash: fileHash,
      class: tumour,
      plane,
      group: groups === null ? null : groups.groupOf[i]!,
    })),
    folds: made.folds,
  };
  return { ...unsealed, sha256: hashSplit(unsealed) };
}
