import type { CancelSignal, Failure } from '../../src-shared/errors.ts';
import { groupPictures, type Grouping } from '../datasets/groupPictures.ts';
import { Labels, readLabels } from '../datasets/Labels.ts';
import { readPictures, type DescribedPicture, type ReadOptions } from '../datasets/readPictures.ts';
import { scanReport, type ScanReport, type Stranger } from '../datasets/scanReport.ts';
import type { PlaneTools } from './findPlanes.ts';
import { SliceExaminer } from './SliceExaminer.ts';
import { StrangerList } from './StrangerList.ts';

/** A data set's folder, read and grouped. */
export interface ScannedDataset {
  pictures: DescribedPicture[];
  grouping: Grouping;
  /** Files that are or claim to be pictures. */
  files: number;
  readable: number;
  unreadable: { path: string; error: Failure }[];
  skipped: { path: string; reason: string }[];
  /** Files that a model's guard flags, the strangest first; empty where no model looked. */
  strangers: Stranger[];
}

export interface ScanOptions {
  /** A label file, absolute; null where the folders say it all. */
  labelFile: string | null;
  /** Names the planes that nothing else tells, and finds strangers; left out: both stay unknown. */
  engine?: PlaneTools;
  signal?: CancelSignal;
  /** Hears of reading (the total is not known yet) and then of comparing. */
  onProgress?: (step: 'read' | 'compared', done: number, total: number | null) => void;
}

/**
 * Reads every picture of a folder and groups them; what cannot be read is listed and left out.
 *
 * @param folder - absolute
 * @throws UserError 'cancelled', or what is wrong with the label file or the plane model
 */
export async function scanDataset(
  folder: string,
  { labelFile, engine, signal, onProgress }: ScanOptions,
): Promise<ScannedDataset> {
  const labels = labelFile === null ? new Labels() : await readLabels(labelFile);
  const examiner = engine && new SliceExaminer(engine, signal);
  await examiner?.prepare();
  const strangers = new StrangerList();
  const examine: NonNullable<ReadOptions['examine']> = async (slice, stated) => {
    const examined = await examiner!.examine(slice, stated.plane);
    strangers.note(stated.path, examined);
    return examined.plane;
  };
  const pictures: DescribedPicture[] = [];
  const unreadable: ScannedDataset['unreadable'] = [];
  const skipped: ScannedDataset['skipped'] = [];
  for await (const item of readPictures(folder, labels, { signal, examine: examiner && examine })) {
    if (item.kind === 'picture') pictures.push(item.picture);
    else if (item.kind === 'unreadable') unreadable.push({ path: item.path, error: item.error });
    else skipped.push({ path: item.path, reason: item.reason });
    onProgress?.('read', pictures.length, null);
  }
  const grouping = await groupPictures(pictures, {
    ...(signal && { signal }),
    onProgress: (done, total) => onProgress?.('compared', done, total),
  });
  const readable = new Set(pictures.map(({ path }) => path)).size;
  return {
    pictures,
    grouping,
    files: readable + unreadable.length,
    readable,
    unreadable,
    skipped,
    strangers: strangers.all(),
  };
}

/** The findings of a scan. */
export function reportScan({ pictures, grouping, strangers }: ScannedDataset): ScanReport {
  return scanReport(pictures, grouping, strangers);
}
