/// <reference lib="esnext.float16" />
import { z } from 'zod';
import type { Guard } from '../../src-shared/statistics/guard/guardScore.ts';
import { outlineLength } from '../../src-shared/statistics/guard/guardOutline.ts';
import { meansPerPicture } from '../../src-shared/statistics/guard/regionMeans.ts';

const size = z
  .number()
  .int()
  .positive()
  .max(1 << 16);

const fields = {
  shape: z.object({ channels: size, rows: size, columns: size }),
  axes: size,
  slope: z.number(),
  offset: z.number(),
};

/** Version 2 also knows outlines. */
const headerSchema = z.discriminatedUnion('version', [
  z.object({ version: z.literal(1), ...fields }),
  z.object({
    version: z.literal(2),
    ...fields,
    outline: z.object({ offset: z.number(), residualOffset: z.number() }),
  }),
]);

const magic = 'bratum guard ';

/**
 * A guard as one file: a line of text (`bratum guard ` and a JSON object with version, shape and numbers), then float16
 * values, little endian: centre, axes, weights, and in version 2 the outline's weights. About 190 KB for 1280 channels
 * and 64 axes. A guard without an outline is written as version 1.
 *
 * @throws RangeError when a value is beyond float16
 */
export function writeGuard(guard: Guard): Uint8Array<ArrayBuffer> {
  const { shape, centre, axes, weights, slope, offset, outline } = guard;
  const known = { shape, axes: axes.length / shape.channels, slope, offset };
  const header =
    outline === null
      ? { version: 1, ...known }
      : {
          version: 2,
          ...known,
          outline: { offset: outline.offset, residualOffset: outline.residualOffset },
        };
  const line = Buffer.from(`${magic}${JSON.stringify(header)}\n`);
  const values = Float16Array.from([...centre, ...axes, ...weights, ...(outline?.weights ?? [])]);
  if (!values.every(Number.isFinite)) throw new RangeError('the guard holds a number that float16 cannot');
  return Uint8Array.from(Buffer.concat([line, new Uint8Array(values.buffer)]));
}

/** Reads a guard back. @throws RangeError when the bytes are not what was written */
export function readGuard(bytes: Uint8Array): Guard {
  const end = bytes.indexOf(10);
  const line = Buffer.from(bytes.subarray(0, Math.max(0, end))).toString('utf8');
  if (!line.startsWith(magic)) throw new RangeError('the guard has no heading');
  const header = parseHeader(line.slice(magic.length));
  const { shape, axes: count, slope, offset } = header;
  const { channels } = shape;
  const lengths = [
    channels,
    count * channels,
    (meansPerPicture - 1) * channels,
    header.version === 2 ? outlineLength : 0,
  ];
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (bytes.length !== end + 1 + 2 * total) throw new RangeError('the guard is not as long as it says');
  // Copied, because a typed array needs an aligned start.
  const values = Float32Array.from(new Float16Array(Uint8Array.from(bytes.subarray(end + 1)).buffer));
  if (!values.every(Number.isFinite)) throw new RangeError('the guard holds values that are not numbers');
  let from = 0;
  const [centre, axes, weights, outlineWeights] = lengths.map((length) =>
    values.slice(from, (from += length)),
  ) as [Values, Values, Values, Values];
  const outline = header.version === 2 ? { ...header.outline, weights: outlineWeights } : null;
  return { shape, centre, axes, weights, slope, offset, outline };
}

type Values = Float32Array<ArrayBuffer>;

function parseHeader(json: string): z.infer<typeof headerSchema> {
  try {
    return headerSchema.parse(JSON.parse(json));
  } catch (cause) {
    throw new RangeError('the guard’s heading is damaged', { cause });
  }
}
