import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const stateSchema = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(400).max(20_000),
  height: z.number().int().min(300).max(20_000),
  isMaximized: z.boolean(),
});

/** Where the window was when it was last closed. */
export type WindowState = z.infer<typeof stateSchema>;

type Rectangle = Pick<WindowState, 'x' | 'y' | 'width' | 'height'>;

/** The part of a title bar that must be within reach for the window to be moved, in pixels. */
const grip = { width: 120, height: 32 };

/** True when enough of the window's top edge lies on a display; one may have been unplugged meanwhile. */
function isReachable(window: Rectangle, displays: readonly Rectangle[]): boolean {
  return displays.some((display) => {
    const left = Math.max(window.x, display.x);
    const right = Math.min(window.x + window.width, display.x + display.width);
    const isTopVisible = window.y >= display.y && window.y + grip.height <= display.y + display.height;
    return isTopVisible && right - left >= grip.width;
  });
}

/** The remembered state, or null where there is none or it lies off every display. */
export function readWindowState(file: string, displays: readonly Rectangle[]): WindowState | null {
  try {
    const state = stateSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    return isReachable(state, displays) ? state : null;
  } catch {
    return null;
  }
}

/** Remembers the state; a window that cannot be remembered still closes. */
export function writeWindowState(file: string, state: WindowState): void {
  try {
    writeFileSync(`${file}.new`, JSON.stringify(state));
    renameSync(`${file}.new`, file);
  } catch {
    // Next time it opens in the middle.
  }
}
