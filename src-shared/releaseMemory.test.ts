import { expect, test } from 'vitest';
import { releaseMemory } from './releaseMemory.ts';

test('gives back an array of its own, and leaves a part of a larger one alone', () => {
  const own = new Float32Array(1000);
  releaseMemory(own);
  expect([own.length, own.buffer.detached]).toEqual([0, true]);
  const whole = new Uint8Array(1000);
  releaseMemory(whole.subarray(0, 999));
  expect(whole).toHaveLength(1000);
});
