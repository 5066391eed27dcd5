import { RandomStream } from '../RandomStream.ts';

/**
 * The pixels of a map, hottest first. Equal ones, such as all the zeros after ReLU, stand in a random order that
 * depends on nothing but their number: reading order would favour the top of the picture.
 */
export function removalOrder(heat: ArrayLike<number>): Uint32Array<ArrayBuffer> {
  const order = new RandomStream(heat.length).shuffle(Array.from({ length: heat.length }, (_, i) => i));
  return Uint32Array.from(order.sort((a, b) => heat[b]! - heat[a]!));
}

/**
 * Pictures between two: one in which the hottest pixels of `from` are replaced by those of `to`, step by step.
 *
 *     picture k = `to` at the first k n / steps pixels of the order, `from` elsewhere,   k = 0…steps
 *
 * Deletion (Petsiuk, Das and Saenko, "RISE", BMVC 2018) goes from the picture to an even grey, insertion from a blurred
 * picture to the picture.
 *
 * @returns steps + 1 pictures, one after the other
 */
export function removalPictures(
  from: Float32Array,
  to: Float32Array,
  order: Uint32Array,
  steps: number,
): Float32Array<ArrayBuffer> {
  const count = from.length;
  const pictures = new Float32Array((steps + 1) * count);
  const current = Float32Array.from(from);
  for (let step = 0, next = 0; step <= steps; step++) {
    for (; next < Math.round((step * count) / steps); next++) current[order[next]!] = to[order[next]!]!;
    pictures.set(current, step * count);
  }
  return pictures;
}

/** The area under a curve over 0…1 whose points are evenly spaced, by trapezia. */
export function areaUnder(curve: readonly number[]): number {
  let sum = 0;
  for (let i = 1; i < curve.length; i++) sum += (curve[i - 1]! + curve[i]!) / 2;
  return sum / (curve.length - 1);
}
