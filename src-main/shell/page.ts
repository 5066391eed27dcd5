import type { WebFrameMain } from 'electron';

export const pageScheme = 'app';
export const pageHost = 'bratum';
export const pageAddress = `${pageScheme}://${pageHost}/`;

/** What is shown where the page has stopped twice: words and a way back, no script. */
export const crashPageAddress = `${pageAddress}crash.html`;

/** True for the one frame that may speak to the main process: the top frame of a window, showing our page. */
export function isOurPage(frame: WebFrameMain | null): boolean {
  return frame !== null && frame.parent === null && frame.url.startsWith(pageAddress);
}
