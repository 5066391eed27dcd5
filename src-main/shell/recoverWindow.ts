import { dialog, type BrowserWindow } from 'electron';
import { crashPageAddress, pageAddress } from './page.ts';

/** A page that dies again within this time would go on dying. */
const patienceMs = 30_000;

/**
 * Loads a page that dies again. One that dies twice within 30 seconds gives way to the crash page, from which a person
 * starts it anew; where that page dies, too, the window closes with a word. What runs and what is stored lies in other
 * processes and goes on.
 *
 * A page may not leave itself (`confineContents`): where one asks for its own start or for the crash page, the window
 * loads it, fresh.
 */
export function recoverWindow(window: BrowserWindow): void {
  const { webContents } = window;
  let diedAtMs = -Infinity;
  webContents.on('render-process-gone', (_, { reason }) => {
    if (reason === 'clean-exit') return;
    const diesAgain = performance.now() - diedAtMs < patienceMs;
    diedAtMs = performance.now();
    if (!diesAgain) return window.reload();
    if (webContents.getURL() !== crashPageAddress) return void window.loadURL(crashPageAddress);
    dialog.showErrorBox(
      'The window has stopped',
      'It could not be started again. What was stored is kept; start the program again.',
    );
    return window.destroy();
  });
  webContents.on('will-navigate', ({ url }) => {
    if (url === pageAddress || url === crashPageAddress) void window.loadURL(url);
  });
}
