import type { Point } from './affine.ts';
import { GestureTracker, type DragKind, type GestureAction, type PointerPress } from './GestureTracker.ts';
import { keyCommand, type KeyCommand } from './keyCommand.ts';
import { WheelSteps, wheelPixels } from './WheelSteps.ts';

/** What the gestures on a viewport ask for. */
export interface GestureTarget {
  act(command: GestureAction | KeyCommand): void;
  scroll(steps: number): void;
  /** The pointer's place over the viewport in CSS pixels, or null when it left or drags. */
  hover(point: Point | null): void;
  dragging(kind: DragKind | null): void;
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
  const release = (event: PointerEvent): void => {
    tracker.release(event.pointerId);
    target.dragging(tracker.dragging);
  };

  const onPointer = (event: PointerEvent): void => {
    for (const action of tracker.move(event.pointerId, placeOf(event))) target.act(action);
    target.dragging(tracker.dragging);
    target.hover(event.pointerType === 'touch' || tracker.dragging ? null : placeOf(event));
  };
  const onPress = (event: PointerEvent): void => {
    element.setPointerCapture(event.pointerId);
    element.focus({ preventScroll: true });
    tracker.press(pressOf(event), isSpaceDown);
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
    const middle = { x: element.clientWidth / 2, y: element.clientHeight / 2 };
    const command = keyCommand(event, middle);
    if (command === null && event.code !== 'Space') return;
    event.preventDefault();
    event.stopPropagation();
    if (command !== null) target.act(command);
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
  element.addEventListener('dblclick', () => target.act({ kind: 'fit' }), { signal });
  // The middle button's autoscroll and the selection of text begin with mousedown.
  element.addEventListener('mousedown', prevent, { signal });
  element.addEventListener('contextmenu', prevent, { signal });
  // Space counts wherever the focus is, as long as the drag begins here.
  addEventListener('keydown', (event) => (isSpaceDown ||= event.code === 'Space'), { signal, capture: true });
  addEventListener('keyup', (event) => (isSpaceDown &&= event.code !== 'Space'), { signal, capture: true });
  addEventListener('blur', () => (isSpaceDown = false), { signal });
  return () => stop.abort();
}
