import type { ClassName } from '../../../src-shared/domain/className.ts';
import type { Plane } from '../../../src-shared/domain/plane.ts';
import type { Slice, SliceHeader } from '../../../src-shared/domain/slice.ts';
import type { ModelCard } from '../../../src-shared/domain/modelCard.ts';
import type { TumourClass } from '../../../src-shared/domain/tumourClass.ts';
import type { CancelSignal, Failure } from '../../../src-shared/errors.ts';
import { planeOf } from '../../../src-shared/imaging/planeOfOrientation.ts';
import { openImageFile } from '../../images/openImageFile.ts';
import { readUnder, type ReadFile } from '../../images/walk/readUnder.ts';

/** What is known of a slice before the model sees it. */
export interface SliceLabel {
  class: TumourClass | null;
  plane: Plane | null;
  /** Slices that resemble each other share it. */
  group: string;
}

/** A decoded slice of which the answer is known. */
export interface LabelledSlice extends Omit<SliceLabel, 'class'> {
  /** What a model of the task should answer: the tumour class, or the plane. */
  label: ClassName;
  /** Relative to the folder, with `/`. */
  path: string;
  frame: number | null;
  /** SHA-256 of the file. */
  fileHash: string;
  slice: Slice;
}

/** What a folder gives: slices, and files that could not be read. */
export type LabelledItem =
  { kind: 'slice'; value: LabelledSlice } | { kind: 'failure'; path: string; error: Failure };

/** Where a slice comes from, for whoever labels it. */
export interface SliceOrigin {
  path: string;
  frame: number | null;
  fileHash: string;
}

/** How to label and choose. */
export interface SliceChoice {
  /** Which of a slice's labels is the answer; the tumour class where left out. */
  task?: ModelCard['task'] | undefined;
  /** Null: the slice is not wanted, or nobody knows what it is. */
  labelOf: (origin: SliceOrigin) => SliceLabel | null;
  /** Whether to open a file at all; by its path alone. */
  wantsFile?: ((path: string) => boolean) | undefined;
  /** Positions of the slices of a file to take; those along the acquisition axis where left out. */
  chooseSlices?: (headers: readonly SliceHeader[]) => number[];
  signal?: CancelSignal | undefined;
}

/**
 * Reads the labelled slices under a folder or of a file, in the walk's order, decoding a few files ahead.
 *
 * @param root - absolute
 * @throws UserError 'cancelled', or 'file-not-found' for the root itself
 */
export async function* readLabelledSlices(root: string, choice: SliceChoice): AsyncGenerator<LabelledItem> {
  const { wantsFile, signal } = choice;
  const read = (file: ReadFile): Promise<LabelledSlice[]> => labelledSlicesOf(file, choice);
  for await (const item of readUnder(root, { read, wantsFile, signal })) {
    if (item.kind === 'failure') yield item;
    else if (item.kind === 'read') for (const value of item.value) yield { kind: 'slice', value };
  }
}

async function labelledSlicesOf(
  { path, fileName, bytes, fileHash }: ReadFile,
  { task, labelOf, chooseSlices = acquiredSlices }: SliceChoice,
): Promise<LabelledSlice[]> {
  const image = await openImageFile(bytes, fileName);
  const slices: LabelledSlice[] = [];
  for (const index of chooseSlices(image.slices)) {
    const { frame } = image.slices[index]!;
    const known = labelOf({ path, frame, fileHash });
    if (known === null || (task !== 'plane' && known.class === null)) continue;
    const slice = await image.readSlice(index);
    const plane = known.plane ?? planeOf(slice);
    const label = task === 'plane' ? plane : known.class;
    if (label === null) continue;
    const { group } = known;
    slices.push({ label, plane, group, path, frame, fileHash, slice });
  }
  return slices;
}

/** Every slice but those that a volume is cut into across its acquisition axis. */
function acquiredSlices(headers: readonly SliceHeader[]): number[] {
  return [...headers.keys()].filter((index) => !headers[index]!.isReformatted);
}

/**
 * The slices of a volume's central half along its acquisition axis, every slice of other files: the outer ones of
 * a head show neck and crown, on which no tumour class makes sense.
 */
export function centralSlices(headers: readonly SliceHeader[]): number[] {
  const acquired = acquiredSlices(headers);
  if (headers[0]?.format !== 'nifti') return acquired;
  return acquired.slice(Math.floor(acquired.length / 4), Math.ceil((3 * acquired.length) / 4));
}
