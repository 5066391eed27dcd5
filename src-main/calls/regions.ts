import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import type { SliceRegion } from '../../src-shared/domain/analysis.ts';
import { planes, type Plane } from '../../src-shared/domain/plane.ts';
import type { ExpectedRegion, FramePoint } from '../../src-shared/domain/trust.ts';
import { tumourClasses, type TumourClass } from '../../src-shared/domain/tumourClass.ts';
import { UserError } from '../../src-shared/errors.ts';
import { fillRings, type Corner } from '../../src-shared/imaging/fillRings.ts';
import { findHeadFrame } from '../../src-shared/imaging/findHead.ts';

const fraction = z.number().min(-0.5).max(1.5);

/** `regions.json`, version 1. */
const regionsSchema = z.object({
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

/** What `readRegions` reads. */
export function regionsJson(regions: readonly ExpectedRegion[]): string {
  const plain = regions.map(({ class: of, plane, name, polygon, isMirrored }) => ({
    class: of,
    plane,
    name,
    polygon,
    isMirrored,
  }));
  return `${JSON.stringify({ schemaVersion: 1, regions: plain }, null, 2)}\n`;
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
 * The frame of a slice's head, in the slice's pixels.
 *
 * @param input - the picture that a model reads of the slice, square, grey 0…255
 * @param region - the part of the slice that it shows, in the slice's pixels
 * @returns null where no head is found
 */
export function headOnSlice(
  input: Float32Array<ArrayBuffer>,
  inputSize: number,
  region: SliceRegion,
): SliceRegion | null {
  const head = findHeadFrame({ rows: inputSize, columns: inputSize, values: input });
  if (head === null) return null;
  const [down, across] = [region.height / inputSize, region.width / inputSize];
  return {
    top: region.top + head.top * down,
    left: region.left + head.left * across,
    height: head.height * down,
    width: head.width * across,
  };
}

/** Corners as shares of a head's frame. */
export function sharesOf(corners: readonly Corner[], head: SliceRegion): FramePoint[] {
  return corners.map(([x, y]) => [(x - head.left) / head.width, (y - head.top) / head.height]);
}

/** The closed lines of a region around a head: its polygon, and the mirrored one where that counts as well. */
export function ringsOf({ polygon, isMirrored }: ExpectedRegion, head: SliceRegion): Corner[][] {
  const polygons = [polygon, ...(isMirrored ? [polygon.map(([x, y]): FramePoint => [1 - x, y])] : [])];
  return polygons.map((points) =>
    points.map(([x, y]): Corner => [head.left + x * head.width, head.top + y * head.height]),
  );
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
  const out = new Uint8Array(inputSize * inputSize);
  for (const ring of expected.flatMap((one) => ringsOf(one, head)))
    fillRings([ring], size).forEach((inside, i) => (out[i] = Math.max(out[i]!, inside)));
  return out;
}
