import { describe, expect, it } from 'vitest';
import { deviceSize } from './deviceSize.ts';

describe('deviceSize', () => {
  it('believes the observer, whose rounding is the screen’s', () => {
    const box = {
      contentRect: { width: 401, height: 351 },
      devicePixelContentBoxSize: [{ inlineSize: 602, blockSize: 527 }],
    };
    expect(deviceSize(box, 1.5)).toEqual({ width: 602, height: 527 });
  });

  it('believes the ratio where the density is emulated or the observer does not know', () => {
    const contentRect = { width: 400, height: 350 };
    const emulated = [{ inlineSize: 400, blockSize: 350 }];
    expect(deviceSize({ contentRect, devicePixelContentBoxSize: emulated }, 2)).toEqual({
      width: 800,
      height: 700,
    });
    expect(deviceSize({ contentRect, devicePixelContentBoxSize: [] }, 1)).toEqual({
      width: 400,
      height: 350,
    });
  });
});
