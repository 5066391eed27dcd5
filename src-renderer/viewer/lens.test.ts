import { describe, expect, it } from 'vitest';
import { mapPoint } from './affine.ts';
import { aroundLens, deviceLens, lensAt } from './lens.ts';

const size = { width: 800, height: 400, deviceWidth: 1600, deviceHeight: 800 };
const placement = { a: 0, b: 2, c: -2, d: 0, e: 500, f: -30 };

describe('lensAt', () => {
  it('enlarges about the point, which stays where it is', () => {
    const point = { x: 300, y: 120 };
    const lens = lensAt(point, placement, size);
    expect(lens).toMatchObject({ left: 210, top: 30, width: 180, height: 180 });
    const place = { x: 75, y: 100 };
    expect(mapPoint(placement, place)).toEqual(point);
    expect(mapPoint(lens.imageToScreen, place)).toEqual(point);
    const beside = mapPoint(lens.imageToScreen, { x: 77, y: 100 });
    expect(beside).toEqual({ x: point.x, y: point.y + 2 * 2 * 2.5 });
  });

  it('is the same square in the screen’s own pixels', () => {
    const lens = lensAt({ x: 300, y: 120 }, placement, size);
    const device = deviceLens(lens, size);
    expect(device).toMatchObject({ left: 420, top: 60, width: 360, height: 360 });
    expect(mapPoint(device.imageToDevice, { x: 75, y: 100 })).toEqual({ x: 600, y: 240 });
    expect(aroundLens(lens, size)).toBe('path(evenodd, "M0 0H800V400H0ZM210 30h180v180h-180Z")');
  });
});
