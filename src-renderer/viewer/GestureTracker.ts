import type { Point } from './affine.ts';

/** What a pointer's movement asks for; lengths in CSS pixels. */
export type GestureAction =
  { kind: 'window'; by: Point } | { kind: 'pan'; by: Point } | { kind: 'zoom'; factor: number; point: Point };

export type DragKind = GestureAction['kind'];

/** What of a `PointerEvent` counts, with its place relative to the viewport. */
export interface PointerPress {
  pointerId: number;
  pointerType: string;
  button: number;
  shiftKey: boolean;
  ctrlKey: boolean;
  point: Point;
}

/** A hand that clicks moves a little; a drag begins beyond this many CSS pixels. */
const dragThreshold = 3;

/** A drag of 100 CSS pixels upwards magnifies by e. */
const zoomPerPixel = 0.01;

/**
 * What a button does: left the tool in hand, middle or Shift or Space pan, right (on a Mac also Ctrl) zoom.
 *
 * @param primary - what the tool in hand does
 */
export function dragKind(
  press: Omit<PointerPress, 'point' | 'pointerId'>,
  isSpaceDown: boolean,
  primary: DragKind = 'window',
): DragKind | null {
  if (press.pointerType === 'touch') return primary;
  if (press.button === 1) return 'pan';
  if (press.button === 2) return 'zoom';
  if (press.button !== 0) return null;
  if (press.shiftKey || isSpaceDown) return 'pan';
  return press.ctrlKey ? 'zoom' : primary;
}

const between = (from: Point, to: Point): Point => ({ x: to.x - from.x, y: to.y - from.y });
const distance = (from: Point, to: Point): number => Math.hypot(to.x - from.x, to.y - from.y);
const midpoint = (one: Point, other: Point): Point => ({
  x: (one.x + other.x) / 2,
  y: (one.y + other.y) / 2,
});

/**
 * Follows the pointers on a viewport and says what their movement means: one pointer drags, two pinch (zoom
 * about their middle, and pan with it). After a pinch nothing happens until all fingers are off, so that the
 * last finger to leave does not change the window.
 */
export class GestureTracker {
  #points = new Map<number, Point>();
  #kind: DragKind | null = null;
  #start: Point = { x: 0, y: 0 };
  #isDragging = false;

  /** The drag that goes on, for the cursor; null between drags. */
  get dragging(): DragKind | null {
    return this.#isDragging ? this.#kind : null;
  }

  press(press: PointerPress, isSpaceDown: boolean, primary: DragKind = 'window'): void {
    this.#points.set(press.pointerId, press.point);
    this.#isDragging = false;
    this.#kind = this.#points.size === 1 ? dragKind(press, isSpaceDown, primary) : null;
    this.#start = press.point;
  }

  release(pointerId: number): void {
    this.#points.delete(pointerId);
    this.#kind = null;
    this.#isDragging = false;
  }

  move(pointerId: number, point: Point): GestureAction[] {
    const before = this.#points.get(pointerId);
    if (before === undefined) return [];
    if (this.#points.size === 2) return this.#pinch(pointerId, before, point);
    if (this.#kind === null) return [];
    if (!this.#isDragging && distance(this.#start, point) < dragThreshold) return [];
    this.#isDragging = true;
    this.#points.set(pointerId, point);
    const by = between(before, point);
    if (this.#kind === 'zoom') {
      return [{ kind: 'zoom', factor: Math.exp(-by.y * zoomPerPixel), point: this.#start }];
    }
    return [{ kind: this.#kind, by }];
  }

  #pinch(pointerId: number, before: Point, after: Point): GestureAction[] {
    const other = [...this.#points].find(([id]) => id !== pointerId)![1];
    this.#points.set(pointerId, after);
    const middle = midpoint(other, after);
    const spread = Math.max(distance(other, before), 1);
    return [
      { kind: 'pan', by: between(midpoint(other, before), middle) },
      { kind: 'zoom', factor: Math.max(distance(other, after), 1) / spread, point: middle },
    ];
  }
}
