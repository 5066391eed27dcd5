/** The small size of `npm run fuzz`: other inputs than the first of it, so that both find. */
import { expect, test } from 'vitest';
import { RandomStream } from '../../src-shared/statistics/RandomStream.ts';
import { fuzz } from './fuzz.ts';
import { mutate } from './mutate.ts';
import { targets, type TargetName } from './targets.ts';

test.each(Object.keys(targets) as TargetName[])(
  '%s answers 200 mutated inputs, each with a value or a typed error',
  async (target) => {
    expect((await fuzz(target, 0, 200, 2)).findings).toEqual([]);
  },
  600_000,
);

test('a mutation depends on its random numbers alone, and does change bytes', () => {
  const bytes = new Uint8Array(200).map((_, i) => i);
  const at = (input: number) => mutate(bytes, bytes, new RandomStream(7, input));
  expect(at(3)).toEqual(at(3));
  expect(bytes).toEqual(new Uint8Array(200).map((_, i) => i));
  const changed = Array.from({ length: 100 }, (_, input) => Buffer.compare(at(input), bytes) !== 0);
  expect(changed.filter(Boolean).length).toBeGreaterThan(90);
});
