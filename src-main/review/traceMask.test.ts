import { expect, test } from 'vitest';
import { fillRings } from '../../src-shared/imaging/fillRings.ts';
import { RandomStream } from '../../src-shared/statistics/RandomStream.ts';
import { traceMask } from './traceMask.ts';

test('a mask comes back from its lines: a ring with an island in it, at the border, and noise', () => {
  const size = { rows: 40, columns: 50 };
  const ring = Uint8Array.from({ length: 2000 }, (_, i) => {
    const radius = Math.hypot(Math.floor(i / 50) - 12, (i % 50) - 10);
    return Number(radius < 4 || (radius > 8 && radius < 14));
  });
  const random = new RandomStream(5);
  const noise = Uint8Array.from({ length: 2000 }, () => Number(random.happens(0.5)));
  for (const mask of [ring, noise, new Uint8Array(2000).fill(1)])
    expect(fillRings(traceMask(mask, size), size)).toEqual(mask);
  expect(traceMask(ring, size)).toHaveLength(3);
  expect(traceMask(new Uint8Array(2000), size)).toEqual([]);
});
