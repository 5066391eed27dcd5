import { createHash } from 'node:crypto';
import type { DatasetPicture, PictureLabels } from '../../src-shared/domain/dataset.ts';
import type { Plane } from '../../src-shared/domain/plane.ts';
import type { Slice } from '../../src-shared/domain/slice.ts';
import type { CancelSignal, Failure } from '../../src-shared/errors.ts';
import { planeOf } from '../../src-shared/imaging/planeOfOrientation.ts';
import { releaseMemory } from '../../src-shared/releaseMemory.ts';
import { hashPixels } from '../images/hashPixels.ts';
import { openImageFile } from '../images/openImageFile.ts';
import { readUnder, type ReadFile } from '../images/walk/readUnder.ts';
import type { Labels } from './Labels.ts';
import { labelsOfPath } from './labelsOfPath.ts';
import { lookOfSlice, type Look } from './lookOfSlice.ts';

/** A picture with what a scan keeps of its pixels. */
export type DescribedPicture = DatasetPicture & Look;

/** What a data set's folder gives, one at a time. Paths are relative to it, with `/`. */
export type DatasetItem =
  | { kind: 'picture'; picture: DescribedPicture }
  | { kind: 'unreadable'; path: string; error: Failure }
  | { kind: 'skipped'; path: string; reason: string };

/** How to read. */
export interface ReadOptions {
  signal?: CancelSignal | undefined;
  /**
   * Looks at each slice and answers with its plane: the one that labels or its file state, else its own guess, null where
   * it cannot tell either. Its failure is the picture's.
   */
  examine?:
    ((slice: Slice, stated: { path: string; plane: Plane | null }) => Promise<Plane | null>) | undefined;
}

/**
 * Reads a data set's folder picture by picture, in the order of paths. Pixels are dropped once a picture is
 * described, so memory grows by a few kilobytes for each.
 *
 * Labels come from the label file, else from the folders; the plane also from a DICOM orientation, else from
 * `examine`.
 *
 * @param folder - absolute
 * @throws UserError 'cancelled'
 */
export async function* readPictures(
  folder: string,
  labels: Labels,
  { signal, examine }: ReadOptions = {},
): AsyncGenerator<DatasetItem> {
  const read = (file: ReadFile): Promise<DescribedPicture[]> => describeFile(file, labels, examine);
  for await (const item of readUnder(folder, { read, signal })) {
    if (item.kind === 'failure') yield { kind: 'unreadable', path: item.path, error: item.error };
    else if (item.kind === 'skipped') yield item;
    else for (const picture of item.value) yield { kind: 'picture', picture };
  }
}

/** Every slice of a file; of a volume those along its acquisition axis. */
async function describeFile(
  { path, fileName, bytes, fileHash }: ReadFile,
  labels: Labels,
  examine: ReadOptions['examine'],
): Promise<DescribedPicture[]> {
  const image = await openImageFile(bytes, fileName);
  const known = mergeLabels(labelsOfPath(path), labels.find(path, fileHash));
  const pictures: DescribedPicture[] = [];
  for (const [index, header] of image.slices.entries()) {
    if (header.isReformatted) continue;
    const slice = await image.readSlice(index);
    const stated = known.plane ?? planeOf(slice);
    // The model works in another process meanwhile.
    const examined = examine?.(slice, { path, plane: stated });
    examined?.catch(() => undefined);
    const described = describeSlice(slice, known);
    pictures.push({ path, fileHash, ...described, plane: examined ? await examined : stated });
    releaseMemory(slice.samples);
  }
  releaseMemory(bytes);
  return pictures;
}

/** Everything that a scan keeps of a slice. @throws UserError 'invalid-window' */
export function describeSlice(
  slice: Slice,
  labels: PictureLabels,
): Omit<DescribedPicture, 'path' | 'fileHash'> {
  const { frame, rows, columns, attributes } = slice;
  return {
    ...labels,
    frame,
    rows,
    columns,
    pixelHash: hashPixels(slice),
    ...lookOfSlice(slice),
    patientKey: keyOf(
      attributes.patientId === null ? null : [attributes.issuerOfPatientId, attributes.patientId],
    ),
    seriesKey: keyOf(attributes.seriesInstanceUid === null ? null : [attributes.seriesInstanceUid]),
  };
}

/** A stand-in for an identifier: equal for equal ones, and says nothing about them in a log or a dump. */
function keyOf(identifiers: readonly (string | null)[] | null): string | null {
  return identifiers === null
    ? null
    : createHash('sha256').update(JSON.stringify(identifiers)).digest('hex').slice(0, 32);
}

function mergeLabels(ofPath: PictureLabels, ofFile: Partial<PictureLabels>): PictureLabels {
  return {
    part: ofPath.part,
    class: ofFile.class ?? ofPath.class,
    plane: ofFile.plane ?? ofPath.plane,
  };
}
