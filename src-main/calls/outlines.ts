import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { SliceRegion } from '../../src-shared/domain/analysis.ts';
import { planes, type Plane } from '../../src-shared/domain/plane.ts';
import type { Slice } from '../../src-shared/domain/slice.ts';
import type { ExpectedRegion } from '../../src-shared/domain/trust.ts';
import { tumourClasses, type TumourClass } from '../../src-shared/domain/tumourClass.ts';
import { UserError } from '../../src-shared/errors.ts';
import { fillPolygon, type Corner } from '../../src-shared/imaging/fillPolygon.ts';
import { findHeadFrame } from '../../src-shared/imaging/findHead.ts';
import type { PictureSize } from '../../src-shared/imaging/resize.ts';
import { warpMask } from '../../src-shared/imaging/warpMask.ts';
import { openImageFile } from '../images/openImageFile.ts';

const fraction = z.number().min(-0.5).max(1.5);

/** `regions.json`, version 1. */
export const regionsSchema = z.object({
  schemaVersion: z.literal(1),
  regions: z
    .array(
      z.object({
        class: z.enum(tumourClasses),
        plane: z.enum(planes),
        name: z.string().min(1).max(80),
        polygon: z
          .array(z.tuple([fraction, fraction]))
          .min(3)
          .max(200),
        isMirrored: z.boolean(),
      }),
    )
    .max(100),
});

/**
 * Reads expected regions.
 *
 * @throws UserError 'file-not-found', 'invalid-input'
 */
export async function readRegions(file: string): Promise<ExpectedRegion[]> {
  const name = basename(file);
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new UserError('file-not-found', { file: name }, { cause });
  });
  const parsed = regionsSchema.safeParse(jsonOf(text));
  if (!parsed.success)
    throw new UserError('invalid-input', {
      file: name,
      reason: `${name}: it holds no regions of version 1.`,
    });
  return parsed.data.regions;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is no JSON is no list of regions either; the schema says so.
    return null;
  }
}

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

/**
 * The region that is expected for a class and plane, in the picture that a model reads.
 *
 * @param input - the picture, square, grey 0…255
 * @returns 1 inside; null where nothing is expected, or no head is found
 */
export function regionInInput(
  regions: readonly ExpectedRegion[],
  { class: tumourClass, plane }: { class: TumourClass; plane: Plane | null },
  input: Float32Array<ArrayBuffer>,
  inputSize: number,
): Uint8Array<ArrayBuffer> | null {
  const expected = regions.filter((region) => region.class === tumourClass && region.plane === plane);
  if (expected.length === 0) return null;
  const size = { rows: inputSize, columns: inputSize };
  const head = findHeadFrame({ ...size, values: input });
  if (head === null) return null;
  const polygons = expected.flatMap(({ polygon, isMirrored }) => [
    polygon,
    ...(isMirrored ? [polygon.map(([x, y]): Corner => [1 - x, y])] : []),
  ]);
  const out = new Uint8Array(inputSize * inputSize);
  for (const polygon of polygons) {
    const corners = polygon.map(([x, y]): Corner => [head.left + x * head.width, head.top + y * head.height]);
    fillPolygon(corners, size).forEach((inside, i) => (out[i] = Math.max(out[i]!, inside)));
  }
  return out;
}
