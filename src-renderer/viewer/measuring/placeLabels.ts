import type { Point } from '../affine.ts';
import type { ViewportSize } from '../view.ts';

/** A label that wants a place, in CSS pixels. */
export interface Label extends ViewportSize {
  /** The line that it belongs to. */
  outline: readonly Point[];
}

export interface Box extends ViewportSize {
  left: number;
  top: number;
}

/** Free space between a label and what it belongs to. */
const gap = 14;

/** What counts as a handle's place around its middle. */
const handleRoom = 9;

const overlap = (one: Box, other: Box): number =>
  Math.max(0, Math.min(one.left + one.width, other.left + other.width) - Math.max(one.left, other.left)) *
  Math.max(0, Math.min(one.top + one.height, other.top + other.height) - Math.max(one.top, other.top));

/** The places beside a line, the best first: level with its outermost points, then along the box around it. */
function placesBeside({ outline, width, height }: Label): Box[] {
  const [xs, ys] = [outline.map(({ x }) => x), outline.map(({ y }) => y)];
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  const across = [(left + right - width) / 2, left, right - width];
  const down = [(top + bottom - height) / 2, top, bottom - height];
  const at = (isThere: (point: Point) => boolean): Point => outline.find(isThere)!;
  return [
    { left: right + gap, top: at(({ x }) => x === right).y - height / 2, width, height },
    { left: left - gap - width, top: at(({ x }) => x === left).y - height / 2, width, height },
    { left: at(({ y }) => y === bottom).x - width / 2, top: bottom + gap, width, height },
    { left: at(({ y }) => y === top).x - width / 2, top: top - gap - height, width, height },
    ...down.map((y) => ({ left: right + gap, top: y, width, height })),
    ...down.map((y) => ({ left: left - gap - width, top: y, width, height })),
    ...across.map((x) => ({ left: x, top: bottom + gap, width, height })),
    ...across.map((x) => ({ left: x, top: top - gap - height, width, height })),
  ];
}

const inside = (box: Box, { width, height }: ViewportSize): Box => ({
  ...box,
  left: Math.max(0, Math.min(box.left, width - box.width)),
  top: Math.max(0, Math.min(box.top, height - box.height)),
});

/**
 * Places labels beside their lines so that none covers a handle, another label, or leaves the viewport: for each
 * in turn the first place that is free, else the one that covers least, a handle counting most.
 *
 * @param handles - the middles of all handles
 */
export function placeLabels(labels: readonly Label[], handles: readonly Point[], size: ViewportSize): Box[] {
  const rooms = handles.map(({ x, y }) => ({
    left: x - handleRoom,
    top: y - handleRoom,
    width: 2 * handleRoom,
    height: 2 * handleRoom,
  }));
  const placed: Box[] = [];
  for (const label of labels) {
    const places = placesBeside(label).map((place) => inside(place, size));
    const costs = places.map(
      (place) =>
        10 * rooms.reduce((sum, room) => sum + overlap(place, room), 0) +
        placed.reduce((sum, other) => sum + overlap(place, other), 0),
    );
    placed.push(places[costs.indexOf(Math.min(...costs))]!);
  }
  return placed;
}
