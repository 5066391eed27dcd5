import { mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserError, type CancelSignal, type Failure } from '../../src-shared/errors.ts';
import {
  arrangePictures,
  type Arrangement,
  type ExportLayout,
  type LabelledFile,
} from '../datasets/arrangePictures.ts';
import { Labels, readLabels } from '../datasets/Labels.ts';
import { labelText } from '../datasets/labelText.ts';
import { labelsOfPath } from '../datasets/labelsOfPath.ts';
import { openImageFile } from '../images/openImageFile.ts';
import { readUnder, type ReadFile } from '../images/walk/readUnder.ts';
import { requireEmptyFolder } from '../storage/requireEmptyFolder.ts';
import { writeDurably } from '../storage/writeDurably.ts';
import { labelPlanes } from './labelPlanes.ts';
import type { PlaneTools } from './findPlanes.ts';

export interface ExportRequest {
  /** Absolute. */
  folder: string;
  /** Absolute; null where the folders say it all. */
  labelFile: string | null;
  layout: ExportLayout;
  /** A new or empty folder, absolute. */
  out: string;
  signal?: AbortSignal;
  /** Hears how many files are written. */
  onProgress?: (files: number) => void;
}

export interface DatasetExport extends Arrangement {
  unreadable: { path: string; error: Failure }[];
}

/** What the written labels are called. */
const labelFileName = 'labels.csv';

/**
 * Copies a data set's files, byte for byte, into a folder in one of the layouts that other programs know, and writes a
 * label file beside them. Planes that neither labels nor files tell are the plane model's where it is sure.
 *
 * @throws UserError 'folder-not-empty', 'folder-unwritable', 'disk-full', 'cancelled', what is wrong with the label file
 * or the plane model
 */
export async function exportDataset(request: ExportRequest, tools: PlaneTools): Promise<DatasetExport> {
  const { folder, labelFile, layout, out, signal, onProgress } = request;
  await requireEmptyFolder(out);
  const labels = labelFile === null ? new Labels() : await readLabels(labelFile);
  const { files, unreadable } =
    layout === 'angles'
      ? await filesWithPlanes(request, labels, tools)
      : await filesWithClasses(folder, labels, signal);
  const arrangement = arrangePictures(files, layout);
  const placeOf = new Map(arrangement.places.map(({ path, to }) => [path, to]));
  let written = 0;
  const read = async ({ path, bytes }: ReadFile): Promise<void> => {
    await writeFileBelow(join(out, placeOf.get(path)!), bytes);
    onProgress?.(++written);
  };
  const wantsFile = (path: string): boolean => placeOf.has(path);
  for await (const item of readUnder(folder, { read, wantsFile, signal }))
    if (item.kind === 'failure') unreadable.push({ path: item.path, error: item.error });
  const rows = arrangement.places.map(({ to, class: tumour, plane }) => ({
    ...{ path: to, class: tumour, plane, probability: null, source: null },
  }));
  await writeFileBelow(join(out, labelFileName), labelText(rows));
  return { ...arrangement, unreadable };
}

type FoundFiles = Pick<DatasetExport, 'unreadable'> & { files: LabelledFile[] };

async function filesWithPlanes(
  { folder, signal }: ExportRequest,
  labels: Labels,
  tools: PlaneTools,
): Promise<FoundFiles> {
  const request = { folder, labels, provider: 'auto', ...(signal && { signal }) } as const;
  const { rows, unreadable } = await labelPlanes(request, tools);
  return { files: rows, unreadable };
}

/** Headers are read, pixels are not: a layout of classes needs none. */
async function filesWithClasses(folder: string, labels: Labels, signal?: CancelSignal): Promise<FoundFiles> {
  const found: FoundFiles = { files: [], unreadable: [] };
  const read = async ({ path, fileName, bytes, fileHash }: ReadFile): Promise<LabelledFile> => {
    await openImageFile(bytes, fileName);
    return { path, ...labelsOfPath(path), ...labels.find(path, fileHash) };
  };
  for await (const item of readUnder(folder, { read, signal })) {
    if (item.kind === 'failure') found.unreadable.push({ path: item.path, error: item.error });
    if (item.kind === 'read') found.files.push(item.value);
  }
  return found;
}

async function writeFileBelow(file: string, content: Uint8Array | string): Promise<void> {
  const folder = dirname(file);
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new UserError('folder-unwritable', { folder: basename(folder) }, { cause });
  });
  await writeDurably(file, [content]);
}
