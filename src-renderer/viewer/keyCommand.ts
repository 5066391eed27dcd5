import type { GestureAction } from './GestureTracker.ts';
import type { Point } from './affine.ts';
import type { Tool } from './Tool.ts';

/** What a key, or a button of the tool rail, does to a viewport. */
export type ViewCommand =
  | { kind: 'fit' }
  | { kind: 'actual-size' }
  | { kind: 'turn'; quarters: 1 | -1 }
  | { kind: 'mirror' }
  | { kind: 'flip' }
  | { kind: 'tool'; tool: Tool }
  | { kind: 'play' }
  /** Draws the chosen tool's measurement in the middle of the picture. */
  | { kind: 'place' }
  | { kind: 'next-handle' }
  | { kind: 'nudge'; by: Point }
  | { kind: 'remove' }
  | { kind: 'deselect' }
  | { kind: 'undo' }
  | { kind: 'redo' };

export type KeyCommand = GestureAction | ViewCommand;

/** What of a `KeyboardEvent` counts. */
export interface KeyPress {
  key: string;
  code: string;
  shiftKey: boolean;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
}

/** What decides about keys besides the key. */
export interface KeyContext {
  /** The middle of the viewport, which zooming by keys keeps. */
  middle: Point;
  /** What the arrows move: a chosen handle or measurement takes them from the page. */
  selection: 'none' | 'whole' | 'handle';
  /** Something is being drawn, or a drawing tool is in hand. */
  isDrawing: boolean;
}

const zoomStep = 1.25;

/** CSS pixels that one arrow key stands for: when it moves the picture, and a handle with and without Shift. */
const arrowPixels = { picture: 20, handle: 1, handleFast: 10 };

const arrows: Record<string, Point> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** The letter of each tool. */
export const toolKeys: Record<Tool, string> = {
  window: 'v',
  pan: 'b',
  zoom: 'z',
  magnifier: 'm',
  length: 'l',
  angle: 'g',
  ellipse: 'e',
};

const toolByKey = new Map(Object.entries(toolKeys).map(([tool, key]) => [key, tool as Tool]));

const times = ({ x, y }: Point, factor: number): Point => ({ x: x * factor, y: y * factor });

/**
 * The keyboard's way to everything that the pointer does: + and − zoom about the middle, 0 fits and Alt+0 shows
 * pixel for pixel, Shift with arrows pans, Alt with arrows changes the window as a drag in that direction would,
 * Alt+R turns (with Shift back), Alt+F mirrors and Alt+V flips. Letters choose a tool, Enter draws with it or goes
 * from handle to handle, and arrows move the chosen handle. Else plain arrows belong to the page, which scrolls.
 */
export function keyCommand(press: KeyPress, context: KeyContext): KeyCommand | null {
  if (press.ctrlKey || press.metaKey) return controlCommand(press);
  if (press.altKey) return altCommand(press);
  const arrow = arrows[press.key];
  if (arrow !== undefined) return arrowCommand(arrow, press.shiftKey, context);
  return measuringCommand(press, context) ?? plainCommand(press, context);
}

function controlCommand({ key, altKey, shiftKey }: KeyPress): KeyCommand | null {
  if (altKey) return null;
  if (key.toLowerCase() === 'z') return { kind: shiftKey ? 'redo' : 'undo' };
  return key.toLowerCase() === 'y' ? { kind: 'redo' } : null;
}

/** By `code`, because Alt changes what a key types on a Mac. */
function altCommand({ key, code, shiftKey }: KeyPress): KeyCommand | null {
  const arrow = arrows[key];
  if (arrow !== undefined) return { kind: 'window', by: times(arrow, arrowPixels.picture) };
  if (code === 'KeyR') return { kind: 'turn', quarters: shiftKey ? -1 : 1 };
  if (code === 'KeyF') return { kind: 'mirror' };
  if (code === 'KeyV') return { kind: 'flip' };
  return code === 'Digit0' || code === 'Numpad0' ? { kind: 'actual-size' } : null;
}

function arrowCommand(arrow: Point, isShift: boolean, { selection }: KeyContext): KeyCommand | null {
  if (selection === 'handle') {
    return { kind: 'nudge', by: times(arrow, isShift ? arrowPixels.handleFast : arrowPixels.handle) };
  }
  return isShift ? { kind: 'pan', by: times(arrow, arrowPixels.picture) } : null;
}

function measuringCommand({ key }: KeyPress, { selection, isDrawing }: KeyContext): KeyCommand | null {
  if (key === 'Enter') {
    if (selection !== 'none') return { kind: 'next-handle' };
    return isDrawing ? { kind: 'place' } : null;
  }
  if (selection !== 'none' && (key === 'Delete' || key === 'Backspace')) return { kind: 'remove' };
  return key === 'Escape' && (selection !== 'none' || isDrawing) ? { kind: 'deselect' } : null;
}

function plainCommand({ key }: KeyPress, { middle }: KeyContext): KeyCommand | null {
  if (key === '+' || key === '=') return { kind: 'zoom', factor: zoomStep, point: middle };
  if (key === '-') return { kind: 'zoom', factor: 1 / zoomStep, point: middle };
  if (key === '0') return { kind: 'fit' };
  if (key === 'p' || key === 'P') return { kind: 'play' };
  const tool = toolByKey.get(key.toLowerCase());
  return tool === undefined ? null : { kind: 'tool', tool };
}
