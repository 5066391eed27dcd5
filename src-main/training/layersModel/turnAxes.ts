import { sizeOf } from '../../network/GraphBuilder.ts';
import type { Tensor } from '../../network/weights.ts';

/** A tensor of four axes with its axes in another order: the result's axis `i` is the tensor's `order[i]`. */
export function turnAxes(
  { shape, values }: Tensor,
  order: readonly [number, number, number, number],
): Tensor {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const [sizes, steps] = [order.map((axis) => shape[axis]!), order.map((axis) => strides[axis]!)];
  const [a, b, c, d] = sizes as [number, number, number, number];
  const [stepA, stepB, stepC, stepD] = steps as [number, number, number, number];
  const result = new Float32Array(values.length);
  let place = 0;
  for (let i = 0; i < a; i++)
    for (let j = 0; j < b; j++)
      for (let k = 0; k < c; k++)
        for (let l = 0; l < d; l++) result[place++] = values[i * stepA + j * stepB + k * stepC + l * stepD]!;
  return { shape: sizes, values: result };
}
