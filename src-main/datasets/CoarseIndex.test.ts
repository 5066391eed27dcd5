import { expect, it } from 'vitest';
import { RandomStream } from '../../src-shared/statistics/RandomStream.ts';
import { CoarseIndex } from './CoarseIndex.ts';
import { thumbnailSide } from './headThumbnail.ts';

/** A smooth random picture: sixteen random greys, drawn out to the whole. */
function inventThumbnail(random: RandomStream): Uint8Array<ArrayBuffer> {
  const coarse = Array.from({ length: 36 }, () => random.integer(256));
  return Uint8Array.from({ length: thumbnailSide ** 2 }, (_, i) => {
    const [row, column] = [Math.floor(i / thumbnailSide), i % thumbnailSide];
    return coarse[Math.floor(row / 8) * 6 + Math.floor(column / 8)]!;
  });
}

it.each([500, 4200])('finds the changed copy of each of %i pictures, with one list or many', (count) => {
  const random = new RandomStream(3);
  const thumbnails = Array.from({ length: count }, () => inventThumbnail(random));
  const index = new CoarseIndex(thumbnails);
  for (let i = 0; i < count; i += 97) {
    const changed = thumbnails[i]!.map((grey) => Math.min(255, 0.8 * grey + random.integer(40)));
    expect(index.nearest(changed, 4, -1)[0]).toBe(i);
    expect(index.nearest(changed, 4, i)).not.toContain(i);
  }
});

it('leaves nobody out by a sketch: the few nearest are the first of all', () => {
  const random = new RandomStream(5);
  const thumbnails = Array.from({ length: 400 }, () => inventThumbnail(random));
  const index = new CoarseIndex(thumbnails);
  for (let i = 0; i < thumbnails.length; i += 7)
    expect(index.nearest(thumbnails[i]!, 8, i)).toEqual(
      index.nearest(thumbnails[i]!, thumbnails.length, i).slice(0, 8),
    );
});

it('copes with no pictures, one, and equal ones, few or many', () => {
  expect(new CoarseIndex([]).nearest(new Uint8Array(thumbnailSide ** 2), 3, -1)).toEqual([]);
  const grey = inventThumbnail(new RandomStream(1));
  expect(new CoarseIndex([grey, grey, grey]).nearest(grey, 2, 0)).toEqual([1, 2]);
  expect(new CoarseIndex(Array<typeof grey>(200).fill(grey)).nearest(grey, 2, 0)).toEqual([1, 2]);
});
