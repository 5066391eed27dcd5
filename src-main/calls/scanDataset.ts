import type { Plane } from '../../src-shared/domain/plane.ts';
import type { Slice } from '../../src-shared/domain/slice.ts';
import type { CancelSignal, Failure } from '../../src-shared/errors.ts';
import { groupPictures, type Grouping } from '../datasets/groupPictures.ts';
import { Labels, readLabels } from '../datasets/Labels.ts';
import { readPictures, type DescribedPicture } from '../datasets/readPictures.ts';
import { scanReport, type ScanReport } from '../datasets/scanReport.ts';
import { findPlanes, isCertain, type PlaneTools } from './findPlanes.ts';

/** A data set's folder, read and grouped. */
export interface ScannedDataset {
  pictures: DescribedPicture[];
  grouping: Grouping;
  /** Files that are or claim to be pictures. */
  files: number;
  readable: number;
  unreadable: { path: string; error: Failure }[];
  skipped: { path: string; reason: string }[];
}

export interface ScanOptions {
  /** A label file, absolute; null where the folders say it all. */
  labelFile: string | null;
  /** Names the planes that nothing else tells, where a plane model is installed; left out: they stay unknown. */
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
  // A damaged model ends the scan here; later it would be taken for a fault of each picture.
  await engine?.models.planeModel();
  const guessPlane = engine && ((slice: Slice) => guessPlaneOf(slice, engine, signal));
  const pictures: DescribedPicture[] = [];
  const unreadable: ScannedDataset['unreadable'] = [];
  const skipped: ScannedDataset['skipped'] = [];
  for await (const item of readPictures(folder, labels, { signal, guessPlane })) {
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
  return { pictures, grouping, files: readable + unreadable.length, readable, unreadable, skipped };
}

/** The plane model's word where it is sure of it. */
async function guessPlaneOf(slice: Slice, engine: PlaneTools, signal?: CancelSignal): Promise<Plane | null> {
  const [found] = await findPlanes([slice], engine, { provider: 'auto', signal });
  return found !== undefined && isCertain(found) ? found.plane : null;
}

/** The findings of a scan. */
export function reportScan({ pictures, grouping }: ScannedDataset): ScanReport {
  return scanReport(pictures, grouping);
}
