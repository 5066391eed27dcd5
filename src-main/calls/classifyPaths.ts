import type { Analysis } from '../../src-shared/domain/analysis.ts';
import type { StoredAnalysis } from '../../src-shared/domain/cases.ts';
import type { Slice, SliceHeader } from '../../src-shared/domain/slice.ts';
import { throwIfCancelled, type Failure, type Outcome } from '../../src-shared/errors.ts';
import type { CaseStore } from '../cases/CaseStore.ts';
import type { FoundFile, WalkItem } from '../images/FoundFile.ts';
import { walkFiles } from '../images/walk/walkFiles.ts';
import type { ClassifyOptions, ClassifyTools } from './classifySlices.ts';
import { classifyStream, type StreamItem, type StreamOptions } from './classifyStream.ts';
import { openFoundFile, type OpenedImage } from './ImageFileCache.ts';
import { mapInOrder } from '../../src-shared/inOrder.ts';
import { reportFailure } from './reportFailure.ts';

/** Which slice of which file an answer is about. */
export interface PathSlice {
  /** Absolute path, or `archive.zip!/inner/path`. */
  path: string;
  fileName: string;
  frame: number | null;
  /** The decoded slice, for drawing; null where it could not be read. */
  slice: Slice | null;
}

/** The answer for one slice, or the failure of one file. */
export interface PathAnswer extends PathSlice {
  outcome: Outcome<Analysis | StoredAnalysis>;
}

export type PathOptions = ClassifyOptions & Pick<StreamOptions, 'isInBulk'> & WalkOptions;

/** Which slices to read from files, folders and archives. */
export interface WalkOptions {
  signal?: AbortSignal;
  /** Every slice of a volume along its acquisition axis, instead of at most 64. */
  allSlices: boolean;
  /** Folders that this very work writes into; below the paths they are no input. */
  passOver?: readonly string[];
  /** Reads only these of the files that the walk meets; all where left out. */
  wants?: (path: string) => boolean;
  /** The slices to take of an opened file, in place of `chooseSlices`. @throws UserError, which is the file's failure */
  choose?: (path: string, opened: OpenedImage) => number[];
  /** Hears of files that are of no known kind. */
  onSkipped: (path: string, reason: string) => void;
}

/** At most this many slices of a NIfTI volume, evenly spaced, unless all are wanted. */
const mostSlicesOfVolume = 64;

/** Files opened, and slices decoded, ahead; decoders run on other threads, so this keeps the cores busy. */
const decodersAtOnce = 4;

/**
 * Walks files, folders, archives and DICOMDIRs, and classifies every slice that it finds, in the walk's order.
 * What cannot be read is a failed answer; the rest goes on.
 *
 * @throws UserError for what ends the whole command: cancellation, a missing model, a store that fails
 */
export async function* classifyPaths(
  paths: readonly string[],
  tools: ClassifyTools,
  options: PathOptions,
  store: CaseStore | null,
): AsyncGenerator<PathAnswer> {
  const slices = readSlices(paths, options);
  for await (const { tag, outcome } of classifyStream(slices, tools, options, store))
    yield { ...tag, outcome };
}

/**
 * Every slice of files, folders, archives and DICOMDIRs, or the failure to read it, in the walk's order. Opening and
 * decoding run ahead of whoever takes them, a few at a time.
 *
 * @throws UserError 'cancelled'
 */
export function readSlices(
  paths: readonly string[],
  options: WalkOptions,
): AsyncIterable<StreamItem<PathSlice>> {
  const opened = openWalked(paths, options);
  return mapInOrder(slicesToDecode(opened, options), decodersAtOnce, decodeSlice);
}

/** A walked item, opened if it is a file. */
export interface OpenedItem {
  item: WalkItem;
  image: Outcome<OpenedImage> | null;
}

/** A slice that waits for its decoder, or the failure that takes its place. */
type SliceToDecode =
  { file: FoundFile; opened: OpenedImage; index: number; isFirst: boolean } | StreamItem<PathSlice>;

/** The files below the paths, opened a few ahead of whoever takes them, in the walk's order. */
export function openWalked(paths: readonly string[], options: WalkOptions): AsyncIterable<OpenedItem> {
  const walk = walkFiles(paths, { passOver: options.passOver ?? [] }, options.signal);
  return mapInOrder(wantedOf(walk, options), decodersAtOnce, openItem);
}

async function* wantedOf(items: AsyncIterable<WalkItem>, { wants }: WalkOptions): AsyncGenerator<WalkItem> {
  for await (const item of items)
    if (item.kind !== 'file' || wants === undefined || wants(item.file.path)) yield item;
}

async function openItem(item: WalkItem): Promise<OpenedItem> {
  if (item.kind !== 'file') return { item, image: null };
  try {
    return { item, image: { ok: true, value: await openFoundFile(item.file) } };
  } catch (error) {
    return { item, image: { ok: false, error: reportFailure(error) } };
  }
}

async function* slicesToDecode(
  openedItems: AsyncIterable<OpenedItem>,
  { signal, allSlices, choose, onSkipped }: WalkOptions,
): AsyncGenerator<SliceToDecode> {
  for await (const { item, image } of openedItems) {
    throwIfCancelled(signal);
    if (item.kind === 'skipped') onSkipped(item.path, item.reason);
    else if (item.kind === 'failure') yield failed(item, item.error);
    else if (image?.ok === false) yield failed(item.file, image.error);
    else if (image?.ok === true) {
      const opened = image.value;
      const indices = chosenOf(
        item.file,
        opened,
        choose ?? (() => chooseSlices(opened.image.slices, allSlices)),
      );
      if (!Array.isArray(indices)) yield indices;
      else yield* indices.map((index, place) => ({ file: item.file, opened, index, isFirst: place === 0 }));
    }
  }
}

function chosenOf(
  file: FoundFile,
  opened: OpenedImage,
  choose: NonNullable<WalkOptions['choose']>,
): number[] | StreamItem<PathSlice> {
  try {
    return choose(file.path, opened);
  } catch (error) {
    return failed(file, reportFailure(error));
  }
}

async function decodeSlice(waiting: SliceToDecode): Promise<StreamItem<PathSlice>> {
  if ('tag' in waiting) return waiting;
  const { file, opened, index, isFirst } = waiting;
  const { path, fileName } = file;
  const { frame, volumePlane } = opened.image.slices[index] as SliceHeader;
  // A file's first slice is timed from its bytes, the others from their turn.
  const bytesAt = isFirst ? opened.bytesAt : performance.now();
  try {
    const slice = await opened.image.readSlice(index);
    const content = { fileHash: opened.fileHash, frame, volumePlane };
    return {
      tag: { path, fileName, frame, slice },
      decoded: { ok: true, value: { slice, content, bytesAt } },
    };
  } catch (error) {
    return failed({ path, fileName, frame }, reportFailure(error));
  }
}

/**
 * The positions of the slices to classify. A volume gives those along its acquisition axis, and of more than
 * 64 those at floor((k + 1/2) n / 64); every other file gives all it has.
 */
export function chooseSlices(headers: readonly SliceHeader[], allSlices: boolean): number[] {
  const acquired = [...headers.keys()].filter((index) => headers[index]?.isReformatted === false);
  const isVolume = headers[0]?.format === 'nifti';
  if (!isVolume || allSlices || acquired.length <= mostSlicesOfVolume) return acquired;
  return Array.from(
    { length: mostSlicesOfVolume },
    (_, k) => acquired[Math.floor(((k + 0.5) * acquired.length) / mostSlicesOfVolume)] as number,
  );
}

function failed(
  { path, fileName, frame = null }: { path: string; fileName: string; frame?: number | null },
  error: Failure,
): StreamItem<PathSlice> {
  return { tag: { path, fileName, frame, slice: null }, decoded: { ok: false, error } };
}
