import type { GestureAction } from './GestureTracker.ts';
import type { Point } from './affine.ts';

/** What a key does to the focused viewport. */
export type KeyCommand = GestureAction | { kind: 'fit' } | { kind: 'turn' } | { kind: 'mirror' };

/** What of a `KeyboardEvent` counts. */
export interface KeyPress {
  key: string;
  code: string;
  shiftKey: boolean;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
}

const zoomStep = 1.25;

/** CSS pixels that one arrow key stands for. */
const arrowPixels = 20;

const arrows: Record<string, Point> = {
  ArrowLeft: { x: -arrowPixels, y: 0 },
  ArrowRight: { x: arrowPixels, y: 0 },
  ArrowUp: { x: 0, y: -arrowPixels },
  ArrowDown: { x: 0, y: arrowPixels },
};

/**
 * The keyboard's way to everything that the pointer does: + and − zoom about `middle`, 0 fits, Shift with arrows
 * pans, Alt with arrows changes the window as a drag in that direction would, Alt+R turns and Alt+F mirrors.
 * Plain arrows belong to the page, which scrolls with them.
 */
export function keyCommand(press: KeyPress, middle: Point): KeyCommand | null {
  if (press.ctrlKey || press.metaKey) return null;
  if (press.altKey) return altCommand(press);
  const by = arrows[press.key];
  if (by !== undefined) return press.shiftKey ? { kind: 'pan', by } : null;
  if (press.key === '+' || press.key === '=') return { kind: 'zoom', factor: zoomStep, point: middle };
  if (press.key === '-') return { kind: 'zoom', factor: 1 / zoomStep, point: middle };
  return press.key === '0' ? { kind: 'fit' } : null;
}

/** By `code`, because Alt changes what a key types on a Mac. */
function altCommand({ key, code }: KeyPress): KeyCommand | null {
  const by = arrows[key];
  if (by !== undefined) return { kind: 'window', by };
  if (code === 'KeyR') return { kind: 'turn' };
  return code === 'KeyF' ? { kind: 'mirror' } : null;
}
