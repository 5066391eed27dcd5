import { describe, expect, it } from 'vitest';
import { averageColour } from './averageColour.ts';

describe('averageColour', () => {
  it('rounds every sum of three bytes to the nearest', () => {
    const sums = Array.from({ length: 766 }, (_, sum) => sum);
    const colour = Uint8Array.from(
      sums.flatMap((sum) => [
        Math.min(sum, 255),
        Math.min(Math.max(sum - 255, 0), 255),
        Math.max(sum - 510, 0),
      ]),
    );
    expect([...averageColour(colour, 3)]).toEqual(sums.map((sum) => Math.round(sum / 3)));
  });

  it('keeps 16 bits and leaves further channels out', () => {
    const colour = Uint16Array.of(65535, 65535, 65535, 1, 65535, 65534, 65534, 2, 1, 1, 0, 3);
    expect(averageColour(colour, 4)).toEqual(Uint16Array.of(65535, 65534, 1));
  });

  it('keeps grey that was stored as colour', () => {
    const grey = Uint8Array.from({ length: 256 }, (_, i) => i);
    expect(averageColour(Uint8Array.from([...grey].flatMap((value) => [value, value, value])), 3)).toEqual(
      grey,
    );
  });
});
