/// <reference lib="esnext.float16" />
import { z } from 'zod';
import type { Guard } from '../../src-shared/statistics/guard/guardScore.ts';
import { meansPerPicture } from '../../src-shared/statistics/guard/regionMeans.ts';

const size = z
  .number()
  .int()
  .positive()
  .max(1 << 16);

const headerSchema = z.object({
  version: z.literal(1),
  shape: z.object({ channels: size, rows: size, columns: size }),
  axes: size,
  slope: z.number(),
  offset: z.number(),
});

const magic = 'bratum guard ';

/**
 * A guard as one file: a line of text (`bratum guard ` and a JSON object with version, shape and numbers), then float16
 * values, little endian: centre, axes, weights. About 190 KB for 1280 channels and 64 axes.
 *
 * @throws RangeError when a value is beyond float16
 */
export function writeGuard({ shape, centre, axes, weights, slope, offset }: Guard): Uint8Array<ArrayBuffer> {
  const header = { version: 1, shape, axes: axes.length / shape.channels, slope, offset };
  const line = Buffer.from(`${magic}${JSON.stringify(header)}\n`);
  const values = Float16Array.from([...centre, ...axes, ...weights]);
  if (!values.every(Number.isFinite)) throw new RangeError('the guard holds a number that float16 cannot');
  return Uint8Array.from(Buffer.concat([line, new Uint8Array(values.buffer)]));
}

/** Reads a guard back. @throws RangeError when the bytes are not what was written */
export function readGuard(bytes: Uint8Array): Guard {
  const end = bytes.indexOf(10);
  const line = Buffer.from(bytes.subarray(0, Math.max(0, end))).toString('utf8');
  if (!line.startsWith(magic)) throw new RangeError('the guard has no heading');
  const { shape, axes: count, slope, offset } = parseHeader(line.slice(magic.length));
  const { channels } = shape;
  const lengths = [channels, count * channels, (meansPerPicture - 1) * channels];
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (bytes.length !== end + 1 + 2 * total) throw new RangeError('the guard is not as long as it says');
  // Copied, because a typed array needs an aligned start.
  const values = Float32Array.from(new Float16Array(Uint8Array.from(bytes.subarray(end + 1)).buffer));
  if (!values.every(Number.isFinite)) throw new RangeError('the guard holds values that are not numbers');
  const centre = values.slice(0, channels);
  const axes = values.slice(channels, channels + lengths[1]!);
  return { shape, centre, axes, weights: values.slice(channels + lengths[1]!), slope, offset };
}

function parseHeader(json: string): z.infer<typeof headerSchema> {
  try {
    return headerSchema.parse(JSON.parse(json));
  } catch (cause) {
    throw new RangeError('the guard’s heading is damaged', { cause });
  }
}
