import type { PlannedSubset } from '../../../src-shared/domain/trainingQueue.ts';
import { subsets } from '../../../src-shared/domain/trainingRun.ts';
import type { CancelSignal } from '../../../src-shared/errors.ts';
import type { Split } from '../../datasets/splits/Split.ts';
import { classesOf, choosePictures } from '../../training/run/partsOfSplit.ts';
import { trainingHashesOf } from '../../training/run/startWeights.ts';
import { reportScan } from '../scanDataset.ts';
import { splitDataset } from '../splitDataset.ts';
import type { PreparedData, PrepareOrder } from './childMessages.ts';
import { startWishOf } from './startWishOf.ts';

/**
 * Reads and splits a data set, writes the split, and counts what a person should know before a launch. The figures are
 * those of `dataset scan` and `dataset split`.
 *
 * @throws what `splitDataset` and reading the start throw
 */
export async function prepareData(
  { folder, labelFile, protocol, folds, seed, start, out }: PrepareOrder,
  signal: CancelSignal | undefined,
  onProgress: (done: number, total: number | null) => void,
): Promise<PreparedData> {
  const seen = await trainingHashesOf(await startWishOf(start));
  const { split, scanned, withoutClass, testWithTwin } = await splitDataset({
    folder,
    labelFile,
    protocol,
    folds,
    seed,
    out,
    onProgress: (_, done, total) => onProgress(done, total),
    ...(signal && { signal }),
  });
  return {
    pictures: scanned.pictures.length,
    unreadable: scanned.unreadable.length,
    withoutClass,
    withoutPlane: split.pictures.filter(({ plane }) => plane === null).length,
    fingerprint: split.datasetFingerprint,
    splitSha256: split.sha256,
    testWithTwin,
    shortcuts: reportScan(scanned).shortcuts,
    subsets: subsets.map((subset) => planSubset(split, subset, seen)),
  };
}

/** What a split gives a subset, and how much of its test part the start has seen. */
export function planSubset(
  split: Split,
  subset: PlannedSubset['subset'],
  seen: ReadonlySet<string> | null,
): PlannedSubset {
  const classes = classesOf(subset);
  const chosen = split.folds.map((fold) => choosePictures(split, fold, subset));
  const count = (labels: readonly number[]): number[] =>
    classes.map((_, index) => labels.filter((label) => label === index).length);
  return {
    subset,
    classes,
    folds: chosen.map(({ train, validation, test }) => ({
      train: count(train.labels),
      validation: count(validation.labels),
      test: count(test.labels),
    })),
    testPicturesSeen: chosen.map(
      ({ test }) =>
        seen && test.pictures.filter((position) => seen.has(split.pictures[position]!.hash)).length,
    ),
  };
}
