import { describe, expect, it } from 'vitest';
import { compose, invert, mapPoint, type Point } from './affine.ts';
import {
  actualSize,
  fittedView,
  flip,
  imageToScreen,
  mirror,
  panBy,
  scaled,
  turn,
  type View,
  zoomAbout,
} from './view.ts';

const size = { width: 800, height: 600 };
const shape = { rows: 128, columns: 256, pixelAspect: 2 };
const views: View[] = [0, 1, 2, 3].flatMap((quarterTurns) =>
  [false, true].map((isMirrored) => ({ zoom: 1.7, centre: { x: 0.4, y: 0.6 }, quarterTurns, isMirrored })),
);

function expectPoint(actual: Point, { x, y }: Point): void {
  expect(actual.x).toBeCloseTo(x, 8);
  expect(actual.y).toBeCloseTo(y, 8);
}

describe('imageToScreen', () => {
  it('fits the whole picture into the middle, square millimetres for tall pixels', () => {
    const transform = imageToScreen(fittedView, shape, size);
    expectPoint(mapPoint(transform, { x: 0, y: 0 }), { x: 100, y: 0 });
    expectPoint(mapPoint(transform, { x: 256, y: 128 }), { x: 700, y: 600 });
    expect(transform.d / transform.a).toBe(2);
  });

  it('fits a turned picture by its turned sides', () => {
    const flat = { rows: 100, columns: 200, pixelAspect: 1 };
    const transform = imageToScreen(turn(fittedView), flat, size);
    // The upper left corner goes to the upper right.
    expectPoint(mapPoint(transform, { x: 0, y: 0 }), { x: 550, y: 0 });
    expectPoint(mapPoint(transform, { x: 200, y: 100 }), { x: 250, y: 600 });
  });

  it.each(views)('goes to the screen and back: %o', (view) => {
    const transform = imageToScreen(view, shape, size);
    for (const point of [
      { x: 0, y: 0 },
      { x: 37.25, y: 101.5 },
      { x: 256, y: 128 },
    ]) {
      expectPoint(mapPoint(invert(transform), mapPoint(transform, point)), point);
    }
    expectPoint(mapPoint(transform, { x: 0.4 * 256, y: 0.6 * 128 }), { x: 400, y: 300 });
  });

  it('shows the same part in a viewport of another size', () => {
    const small = { width: 400, height: 300 };
    const large = mapPoint(imageToScreen(views[0]!, shape, size), { x: 10, y: 20 });
    expectPoint(mapPoint(imageToScreen(views[0]!, shape, small), { x: 10, y: 20 }), {
      x: large.x / 2,
      y: large.y / 2,
    });
  });
});

describe('zoomAbout', () => {
  it.each(views)('leaves what is under the pointer where it is: %o', (view) => {
    const point = { x: 433, y: 280 };
    const before = mapPoint(invert(imageToScreen(view, shape, size)), point);
    const zoomed = zoomAbout(view, { point, factor: 1.5 }, shape, size);
    expect(zoomed.zoom).toBeCloseTo(2.55, 10);
    expectPoint(mapPoint(imageToScreen(zoomed, shape, size), before), point);
  });

  it('stops at the limits without moving on', () => {
    const most = zoomAbout(fittedView, { point: { x: 0, y: 0 }, factor: 1e9 }, shape, size);
    expect(most.zoom).toBe(64);
    expect(zoomAbout(most, { point: { x: 10, y: 10 }, factor: 2 }, shape, size)).toEqual(most);
  });
});

describe('panBy', () => {
  it.each(views)('moves the picture with the hand: %o', (view) => {
    const before = mapPoint(imageToScreen(view, shape, size), { x: 100, y: 50 });
    const after = mapPoint(imageToScreen(panBy(view, { x: 30, y: -12 }, shape, size), shape, size), {
      x: 100,
      y: 50,
    });
    expectPoint(after, { x: before.x + 30, y: before.y - 12 });
  });

  it('never loses the picture', () => {
    expect(panBy(fittedView, { x: 1e6, y: -1e6 }, shape, size).centre).toEqual({ x: 0, y: 1 });
  });
});

describe('turn and mirror', () => {
  it('four turns, or two mirrorings, are none', () => {
    expect(turn(turn(turn(turn(fittedView))))).toEqual(fittedView);
    expect(mirror(mirror(views[2]!))).toEqual(views[2]);
  });

  it.each(views)('exchange left and right as seen: %o', (view) => {
    const before = mapPoint(imageToScreen(view, shape, size), { x: 3, y: 5 });
    const after = mapPoint(imageToScreen(mirror(view), shape, size), { x: 3, y: 5 });
    expectPoint(after, { x: size.width - before.x, y: before.y });
  });
});

describe('flip', () => {
  it.each(views)('exchanges top and bottom as seen: %o', (view) => {
    const before = mapPoint(imageToScreen(view, shape, size), { x: 3, y: 5 });
    const after = mapPoint(imageToScreen(flip(view), shape, size), { x: 3, y: 5 });
    expectPoint(after, { x: before.x, y: size.height - before.y });
    expect(flip(flip(view))).toEqual(view);
  });

  it('turning back undoes turning', () => {
    for (const view of views) expect(turn(turn(view), -1)).toEqual(view);
  });
});

describe('actualSize', () => {
  it.each([1, 1.5, 2])('shows a column as one pixel of a screen of %d pixels a CSS pixel', (ratio) => {
    for (const view of views) {
      const { a, b } = imageToScreen(actualSize(view, shape, size, ratio), shape, size);
      expect(Math.hypot(a, b) * ratio).toBeCloseTo(1, 10);
    }
  });
});

describe('affine', () => {
  it('composes from the inside outwards', () => {
    const inner = { a: 2, b: 1, c: -1, d: 3, e: 5, f: 7 };
    const outer = { a: 0, b: 1, c: -1, d: 0, e: 2, f: 4 };
    const point = { x: 11, y: 13 };
    expectPoint(mapPoint(compose(outer, inner), point), mapPoint(outer, mapPoint(inner, point)));
    expectPoint(mapPoint(scaled(inner, 2, 4), point), { x: 2 * (22 - 13 + 5), y: 4 * (11 + 39 + 7) });
  });
});
