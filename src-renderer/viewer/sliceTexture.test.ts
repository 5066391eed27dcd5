import { describe, expect, it } from 'vitest';
import { fitTexture } from './sliceTexture.ts';

describe('fitTexture', () => {
  const picture = { rows: 3, columns: 5, samples: Int16Array.from({ length: 15 }, (_, i) => i) };

  it('hands over a picture that fits as it is', () => {
    expect(fitTexture(picture, 5)).toBe(picture);
  });

  it('takes every n-th row and column of a larger one', () => {
    expect(fitTexture(picture, 4)).toEqual({
      rows: 2,
      columns: 3,
      samples: Int16Array.of(0, 2, 4, 10, 12, 14),
    });
    expect(fitTexture(picture, 1)).toEqual({ rows: 1, columns: 1, samples: Int16Array.of(0) });
  });
});
