import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { SliceRegion } from '../../src-shared/domain/analysis.ts';
import type { Slice } from '../../src-shared/domain/slice.ts';
import { UserError } from '../../src-shared/errors.ts';
import type { PictureSize } from '../../src-shared/imaging/resize.ts';
import { warpMask } from '../../src-shared/imaging/warpMask.ts';
import { openImageFile } from '../images/openImageFile.ts';

/**
 * The outline of a slice's tumour from a folder of masks: a picture of the slice's size under its path with the
 * ending `.png`, bright inside.
 *
 * @param path - of the slice, relative to its data set
 * @returns 1 inside, [row][column] of the slice; null where the folder has none for it
 * @throws UserError of reading the picture; 'invalid-input' where it has another size
 */
export async function readMask(
  folder: string,
  path: string,
  { rows, columns }: PictureSize,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const file = join(folder, path.replace(/\.[^./]+$/, '.png'));
  const bytes = await readFile(file).catch(() => null);
  if (bytes === null) return null;
  return maskOf(Uint8Array.from(bytes), basename(file), { rows, columns });
}

/** The outlines that a folder of masks holds, as an audit asks for them. */
export function masksBelow(
  folder: string,
): (path: string, slice: PictureSize) => Promise<Uint8Array<ArrayBuffer> | null> {
  return (path, slice) => readMask(folder, path, slice);
}

/** The mask in a picture file: 1 where it is brighter than half of its brightest. @throws UserError as `readMask` */
export async function maskOf(
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
  { rows, columns }: PictureSize,
): Promise<Uint8Array<ArrayBuffer>> {
  const mask = await (await openImageFile(bytes, name)).readSlice(0);
  if (mask.rows !== rows || mask.columns !== columns) {
    const reason = `The mask “${name}” has ${mask.rows} × ${mask.columns} pixels, its slice ${rows} × ${columns}.`;
    throw new UserError('invalid-input', { file: name, reason });
  }
  let brightest = 0;
  for (const value of mask.samples) brightest = Math.max(brightest, value);
  return Uint8Array.from(mask.samples, (value) => (value > brightest / 2 ? 1 : 0));
}

/** Brings a slice's outline into the picture that a model reads of it. */
export function outlineInInput(
  mask: Uint8Array,
  slice: Slice,
  inputSize: number,
  region: SliceRegion,
): Uint8Array<ArrayBuffer> {
  return warpMask(mask, slice, { rows: inputSize, columns: inputSize }, region);
}
