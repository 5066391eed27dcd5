import type { Point } from './affine.ts';
import { GestureTracker, type DragKind, type GestureAction, type PointerPress } from './GestureTracker.ts';
import { WheelSteps, wheelPixels } from './WheelSteps.ts';

/** What the gestures on a viewport ask for. */
export interface GestureTarget {
  act(command: GestureAction): void;
  /** @returns true where the key meant something */
  key(event: KeyboardEvent): boolean;
  /** What the left button, or one finger, does without a modifier. */
  primaryDrag(): DragKind;
  pen: PenTarget;
  doubleClick(): void;
  scroll(steps: number): void;
  /** The pointer's place over the viewport in CSS pixels, or null when it left or drags. */
  hover(point: Point | null): void;
  dragging(kind: DragKind | null): void;
}

/** What draws and takes hold of drawn things, at places of the viewport in CSS pixels. */
export interface PenTarget {
  /** @returns true where the press is the pen's until it is released */
  press(point: Point): boolean;
  move(point: Point): void;
  release(point: Point): void;
}

/** A trackpad pinch arrives as a wheel with Ctrl and few pixels; a notch counts as no more than this many. */
const mostZoomPixels = 25;

/** Wheel pixels that double the zoom. */
const pixelsPerDoubling = 100;

/**
 * Listens to pointer, wheel and keys on a viewport until the returned function is called.
 *
 * The element takes no part in the browser's own gestures: no scrolling, context menu, text selection or
 * page zoom starts on it.
 */
export function attachGestures(element: HTMLElement, target: GestureTarget): () => void {
  const tracker = new GestureTracker();
  const wheel = new WheelSteps();
  let isSpaceDown = false;
  /** The pointer that the pen follows. */
  let penPointer: number | null = null;
  const stop = new AbortController();
  const { signal } = stop;

  const placeOf = ({ clientX, clientY }: MouseEvent): Point => {
    const { left, top } = element.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  };
  const pressOf = (event: PointerEvent): PointerPress => ({
    pointerId: event.pointerId,
    pointerType: event.pointerType,
    button: event.button,
    shiftKey: event.shiftKey,
    ctrlKey: event.ctrlKey,
    point: placeOf(event),
  });
  /** The left button or a finger, and nothing that makes it mean something else. */
  const isPlain = ({ button, shiftKey, ctrlKey }: PointerEvent): boolean =>
    button === 0 && !shiftKey && !ctrlKey && !isSpaceDown;
  const release = (event: PointerEvent): void => {
    if (penPointer === event.pointerId) {
      penPointer = null;
      target.pen.release(placeOf(event));
    }
    tracker.release(event.pointerId);
    target.dragging(tracker.dragging);
  };

  const onPointer = (event: PointerEvent): void => {
    if (penPointer === null || penPointer === event.pointerId) target.pen.move(placeOf(event));
    for (const action of tracker.move(event.pointerId, placeOf(event))) target.act(action);
    target.dragging(tracker.dragging);
    target.hover(event.pointerType === 'touch' || tracker.dragging ? null : placeOf(event));
  };
  const onPress = (event: PointerEvent): void => {
    element.setPointerCapture(event.pointerId);
    element.focus({ preventScroll: true });
    if (penPointer !== null) return;
    if (isPlain(event) && target.pen.press(placeOf(event))) penPointer = event.pointerId;
    else tracker.press(pressOf(event), isSpaceDown, target.primaryDrag());
  };
  const onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    if (event.ctrlKey) {
      const pixels = Math.max(-mostZoomPixels, Math.min(mostZoomPixels, wheelPixels(event)));
      target.act({ kind: 'zoom', factor: 2 ** (-pixels / pixelsPerDoubling), point: placeOf(event) });
      return;
    }
    const steps = wheel.add(event);
    if (steps !== 0) target.scroll(steps);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (!target.key(event) && event.code !== 'Space') return;
    event.preventDefault();
    event.stopPropagation();
  };
  const prevent = (event: Event): void => event.preventDefault();

  element.addEventListener('pointerdown', onPress, { signal });
  element.addEventListener('pointermove', onPointer, { signal });
  element.addEventListener('pointerup', release, { signal });
  element.addEventListener('pointercancel', release, { signal });
  element.addEventListener('lostpointercapture', release, { signal });
  element.addEventListener('pointerleave', () => target.hover(null), { signal });
  element.addEventListener('wheel', onWheel, { signal, passive: false });
  element.addEventListener('keydown', onKey, { signal });
  element.addEventListener('dblclick', () => target.doubleClick(), { signal });
  // The middle button's autoscroll and the selection of text begin with mousedown.
  element.addEventListener('mousedown', prevent, { signal });
  element.addEventListener('contextmenu', prevent, { signal });
  // Space counts wherever the focus is, as long as the drag begins here.
  addEventListener('keydown', (event) => (isSpaceDown ||= event.code === 'Space'), { signal, capture: true });
  addEventListener('keyup', (event) => (isSpaceDown &&= event.code !== 'Space'), { signal, capture: true });
  addEventListener('blur', () => (isSpaceDown = false), { signal });
  return () => stop.abort();
}
