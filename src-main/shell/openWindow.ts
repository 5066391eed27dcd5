import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, BrowserWindow, screen } from 'electron';
import { pageAddress } from './page.ts';
import { readWindowState, writeWindowState } from './windowState.ts';

const firstSize = { width: 1440, height: 900 };

/** The reading room's background, painted before the page is, so that nothing flashes white. */
const backgroundColor = '#111316';

/** Opens the application's window with a sandboxed, isolated page, where it last was. */
export function openWindow(): BrowserWindow {
  const stateFile = join(app.getPath('userData'), 'window.json');
  const displays = screen.getAllDisplays().map(({ workArea }) => workArea);
  const state = readWindowState(stateFile, displays);
  const window = new BrowserWindow({
    ...(state ?? firstSize),
    minWidth: 960,
    minHeight: 640,
    show: false,
    backgroundColor,
    title: app.getName(),
    webPreferences: {
      preload: fileURLToPath(new URL('../../build/preload/preload.cjs', import.meta.url)),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  });
  if (state?.isMaximized === true) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () => {
    writeWindowState(stateFile, { ...window.getNormalBounds(), isMaximized: window.isMaximized() });
  });
  void window.loadURL(pageAddress);
  return window;
}
