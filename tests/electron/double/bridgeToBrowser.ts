import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { BrowserContext, Frame, Page } from '@playwright/test';
import { DecidableEvent, ipcHandlers, protocolHandlers, type BrowserWindow } from './electron.ts';

/** Chromium cannot be taught `app:` from outside; an address that leads nowhere takes its place. */
export const pageAddress = 'https://bratum.test/';
const toShell = (address: string) => address.replace(pageAddress, 'app://bratum/');

/** Electron's `WebFrameMain`, as far as the shell looks at it. */
function senderFrame(frame: Frame) {
  return { url: toShell(frame.url()), parent: frame.parentFrame() && {} };
}

/** The names that a preload may require, on top of the two functions that lead out of the page. */
const electronInPage = `
  const listeners = new Set();
  window.__deliver = (value) => listeners.forEach((listener) => listener({}, value));
  const electron = {
    contextBridge: { exposeInMainWorld: (name, value) => { window[name] = value; } },
    ipcRenderer: {
      invoke: (channel, ...values) => window.__invoke(channel, values),
      on: (_, listener) => listeners.add(listener),
      off: (_, listener) => listeners.delete(listener),
    },
    webUtils: { getPathForFile: (file) => window.__paths?.[file.name] ?? '' },
  };`;

/**
 * Lets a real browser play the window: the shell's protocol handler serves it, the built preload runs in
 * every frame, its calls reach the shell's `ipcMain` handlers, and the shell's events reach the page.
 */
export async function bridgeToBrowser(context: BrowserContext, window: BrowserWindow): Promise<void> {
  const preload = readFileSync(window.options.webPreferences.preload, 'utf8');
  await context.exposeBinding('__invoke', ({ frame }, channel: string, values: unknown[]) =>
    ipcHandlers.get(channel)?.({ senderFrame: senderFrame(frame) }, ...values),
  );
  await context.addInitScript(`(() => {${electronInPage}
    const exports = {}, module = { exports };
    ((require, module, exports) => {${preload}\n})(() => electron, module, exports);
  })()`);
  await context.route(`${pageAddress}**`, async (route) => {
    const asked = route.request();
    const answer = await protocolHandlers.get('app')?.(
      new Request(toShell(asked.url()), { method: asked.method() }),
    );
    if (answer === undefined) return route.abort();
    await route.fulfill({
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: Buffer.from(await answer.arrayBuffer()),
    });
  });
}

/** Sends the window's events into the page and tells the shell that the page has loaded. */
export async function showPage(page: Page, window: BrowserWindow): Promise<void> {
  window.webContents.deliver = (_, value) => {
    const delivered = page.evaluate(
      (event) => (globalThis as unknown as { __deliver(event: unknown): void }).__deliver(event),
      value,
    );
    // The shell's jobs may outlive the page: an event that finds it closed is lost, as it is in Electron.
    delivered.catch((error: unknown) => {
      if (!page.isClosed() && !/has been closed/.test(String(error))) throw error;
    });
  };
  await page.goto(window.webContents.address.replace('app://bratum/', pageAddress));
  window.webContents.emit('did-finish-load');
}

/** Asks the shell's listeners whether something may happen. */
export function isPrevented(emit: (event: DecidableEvent) => void): boolean {
  const event = new DecidableEvent();
  emit(event);
  return event.isPrevented;
}

/** Where npm put a file of a package. */
export const packageFile = (path: string): string => createRequire(import.meta.url).resolve(path);
