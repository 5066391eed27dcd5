import { UserError, type CancelSignal } from '../../src-shared/errors.ts';
import { makeGroupedSplit, makePublishedSplit } from '../datasets/splits/makeSplit.ts';
import type { Split, SplitPart, SplitProtocol } from '../datasets/splits/Split.ts';
import { writeSplit } from '../datasets/splits/splitFile.ts';
import { scanDataset, type ScannedDataset, type ScanOptions } from './scanDataset.ts';

export interface SplitRequest {
  /** Absolute. */
  folder: string;
  labelFile: string | null;
  protocol: SplitProtocol;
  /** 1, or K for a cross-validation; only `grouped` knows more than one. */
  folds: number;
  seed: number;
  /** Where to write the split, absolute; null: nowhere. */
  out: string | null;
  signal?: CancelSignal;
  onProgress?: ScanOptions['onProgress'];
}

/** A split and what there is to say of it. */
export interface SplitSummary {
  split: Split;
  scanned: ScannedDataset;
  /** Pictures left out, since neither folder nor label file gives their class. */
  withoutClass: number;
  /** For each fold how many pictures each part has. */
  sizes: Record<SplitPart, number>[];
  /** For each fold how many test pictures have a copy or neighbour in training or validation: 0 when grouped. */
  testWithTwin: number[];
}

/**
 * Scans a folder and splits its pictures; those without a class are left out.
 *
 * @throws UserError 'invalid-input' where no picture has a class; what `scanDataset` and `writeSplit` throw
 */
export async function splitDataset(request: SplitRequest): Promise<SplitSummary> {
  const { folder, labelFile, protocol, folds, seed, out, signal, onProgress } = request;
  const scanned = await scanDataset(folder, {
    labelFile,
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
  const chosen = [...scanned.pictures.keys()].filter((i) => scanned.pictures[i]!.class !== null);
  if (chosen.length === 0)
    throw new UserError('invalid-input', { reason: 'No picture lies in a folder named after a class.' });
  const pictures = chosen.map((i) => scanned.pictures[i]!);
  const groupOf = renumber(chosen.map((i) => scanned.grouping.groupOf[i]!));
  const split =
    protocol === 'published'
      ? makePublishedSplit(pictures, seed)
      : makeGroupedSplit(pictures, { ...scanned.grouping, groupOf }, { seed, folds });
  if (out !== null) await writeSplit(out, split);
  return {
    split,
    scanned,
    withoutClass: scanned.pictures.length - chosen.length,
    sizes: split.folds.map((fold) => ({
      train: fold.train.length,
      validation: fold.validation.length,
      test: fold.test.length,
    })),
    testWithTwin: split.folds.map(({ train, validation, test }) => {
      const seen = new Set([...train, ...validation].map((i) => groupOf[i]!));
      return test.filter((i) => seen.has(groupOf[i]!)).length;
    }),
  };
}

/** Groups named by the position of their first picture among those that are left. */
function renumber(groupOf: readonly number[]): number[] {
  const first = new Map<number, number>();
  return groupOf.map((group, i) => {
    if (!first.has(group)) first.set(group, i);
    return first.get(group)!;
  });
}
