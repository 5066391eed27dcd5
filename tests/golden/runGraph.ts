import { env, InferenceSession, Tensor } from 'onnxruntime-node';
import type { Shape } from '../../src-main/network/GraphBuilder.ts';

env.logLevel = 'error';

/** Float32 numbers with their shape. */
export interface Numbers {
  shape: Shape;
  values: ArrayLike<number>;
}

/** Runs a model file once on the processor and returns all of its outputs. */
export async function runGraph(
  model: Uint8Array,
  inputs: Readonly<Record<string, Numbers>>,
): Promise<Record<string, Float32Array>> {
  const session = await InferenceSession.create(model, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const feeds = Object.entries(inputs).map(([name, { shape, values }]) => {
    return [name, new Tensor('float32', Float32Array.from(values), shape)] as const;
  });
  const outputs = await session.run(Object.fromEntries(feeds));
  await session.release();
  return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data as Float32Array]));
}

/** `‖found − expected‖ / ‖expected‖`, 0 where both are 0. */
export function relativeDifference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < expected.length; i++) {
    difference += (found[i]! - expected[i]!) ** 2;
    norm += expected[i]! ** 2;
  }
  if (found.length !== expected.length) return Infinity;
  return difference === 0 ? 0 : Math.sqrt(difference / norm);
}

/** Numbers of mean 0 and standard deviation 1, the same for the same seed (mulberry32, sum of 12 uniforms). */
export function normalNumbers(seed: number): () => number {
  let state = seed;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += uniform();
    return sum;
  };
}
