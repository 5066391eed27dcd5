import { describe, expect, it } from 'vitest';
import { resize } from '../../src-shared/imaging/resize.ts';
import { inventHead } from '../../tests/fixtures/inventHead.ts';
import { compareHeads, pyramidOf } from './compareHeads.ts';
import { headThumbnail, mirrored, thumbnailSide } from './headThumbnail.ts';

const side = 160;
const square = { rows: side, columns: side };
const thumbnailOf = (seed: number): Uint8Array<ArrayBuffer> => headThumbnail(inventHead(seed, side), square);

/** The thumbnail's middle, a twentieth less on every side, drawn out to the whole. */
function cropped(seed: number): Uint8Array {
  const from = Math.round(0.05 * side);
  const rows = side - 2 * from;
  const head = inventHead(seed, side);
  const inner = Uint8Array.from(
    { length: rows * rows },
    (_, i) => head[(from + Math.floor(i / rows)) * side + from + (i % rows)]!,
  );
  return Uint8Array.from(
    resize(inner, { rows, columns: rows }, { rows: thumbnailSide, columns: thumbnailSide }),
  );
}

describe('compareHeads', () => {
  it('is 1 for the same picture, at any brightness and contrast', () => {
    const head = thumbnailOf(1);
    expect(compareHeads(pyramidOf(head), pyramidOf(head))).toBeCloseTo(1, 6);
    const dimmed = head.map((grey) => 0.5 * grey + 40);
    expect(compareHeads(pyramidOf(head), pyramidOf(dimmed))).toBeGreaterThan(0.99);
  });

  it('finds how a crop lies in the whole', () => {
    for (let seed = 0; seed < 20; seed++) {
      const whole = Uint8Array.from(
        resize(inventHead(seed, side), square, { rows: thumbnailSide, columns: thumbnailSide }),
      );
      expect(compareHeads(pyramidOf(whole), pyramidOf(cropped(seed)))).toBeGreaterThan(0.94);
    }
  });

  it('is low for different heads, looked at closely or not', () => {
    for (let seed = 0; seed < 20; seed++) {
      const [one, other] = [pyramidOf(thumbnailOf(seed)), pyramidOf(thumbnailOf(seed + 100))];
      expect(compareHeads(one, other)).toBeLessThan(0.8);
      expect(compareHeads(one, other, true)).toBeLessThan(0.8);
    }
  });

  it('is not deceived by a mirror image, unless that is mirrored back', () => {
    const head = thumbnailOf(3);
    expect(compareHeads(pyramidOf(head), pyramidOf(mirrored(head)))).toBeLessThan(0.8);
    expect(compareHeads(pyramidOf(head), pyramidOf(mirrored(mirrored(head))))).toBeCloseTo(1, 6);
  });

  it('sees nothing alike in pictures without detail', () => {
    const blank = pyramidOf(new Uint8Array(thumbnailSide ** 2).fill(7));
    expect(compareHeads(blank, blank)).toBe(0);
    expect(compareHeads(blank, pyramidOf(thumbnailOf(1)), true)).toBe(0);
  });
});
