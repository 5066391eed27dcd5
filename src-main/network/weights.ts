import { z } from 'zod';
import { sizeOf } from './GraphBuilder.ts';
import type { Network } from './mobileNetV2.ts';

/** One trained tensor. */
export interface Tensor {
  shape: readonly number[];
  values: Float32Array<ArrayBuffer>;
}

/** Trained tensors by the names of the network's parameters. */
export type Weights = ReadonlyMap<string, Tensor>;

const descriptionSchema = z.object({
  dtype: z.literal('float32'),
  byteOrder: z.literal('little'),
  tensors: z
    .array(
      z.object({
        name: z.string().max(200),
        shape: z.array(z.int().min(1).max(1e6)).max(8),
        offset: z.int().min(0),
      }),
    )
    .max(1000),
});

/**
 * Reads weights kept as a list of tensors (`weights.json`: name, shape, offset in bytes) beside their float32 values
 * (`weights.bin`, little-endian). A classifier in the form of a 1×1 convolution, [classes][features][1][1], becomes
 * the matrix [features][classes] that our networks multiply by.
 *
 * @param description - the parsed JSON
 * @throws RangeError when the description is none or the values end before a tensor does
 */
export function readWeights(description: unknown, bytes: Uint8Array): Weights {
  const { success, data } = descriptionSchema.safeParse(description);
  if (!success) throw new RangeError('not a description of float32 weights');
  const weights = new Map<string, Tensor>();
  for (const { name, shape, offset } of data.tensors) {
    const end = offset + 4 * sizeOf(shape);
    if (end > bytes.length) throw new RangeError(`the values end before ${name} does`);
    // Copied, because a typed array needs an aligned start.
    weights.set(name, {
      shape,
      values: new Float32Array(Uint8Array.from(bytes.subarray(offset, end)).buffer),
    });
  }
  const classifier = weights.get('classifier.weight');
  if (classifier?.shape.length === 4) weights.set('classifier.weight', transposed(classifier));
  return weights;
}

function transposed({ shape, values }: Tensor): Tensor {
  const [rows, columns] = shape as [number, number];
  const turned = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      turned[column * rows + row] = values[row * columns + column]!;
  }
  return { shape: [columns, rows], values: turned };
}

/**
 * A stem for grey pictures: the filters of red, green and blue summed, which is what they do to a picture whose three
 * channels are equal.
 */
export function greyStem({ shape, values }: Tensor): Tensor {
  const [filters, channels, rows, columns] = shape as [number, number, number, number];
  const taps = rows * columns;
  const sum = Float32Array.from({ length: filters * taps }, (_, index) => {
    const filter = Math.floor(index / taps);
    const tap = index % taps;
    let total = 0;
    for (let channel = 0; channel < channels; channel++)
      total += values[(filter * channels + channel) * taps + tap]!;
    return total;
  });
  return { shape: [filters, 1, rows, columns], values: sum };
}

/** @throws RangeError naming the first parameter of the network that is missing or has another shape */
export function checkWeights({ parameters }: Network, weights: Weights): void {
  for (const { name, shape } of parameters) {
    const found = weights.get(name)?.shape;
    if (found?.join() !== shape.join()) {
      throw new RangeError(
        `${name} should be [${shape.join()}] and is ${found ? `[${found.join()}]` : 'missing'}`,
      );
    }
  }
}
