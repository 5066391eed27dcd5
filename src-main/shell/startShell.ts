import { app, BrowserWindow, Notification } from 'electron';
import type { HostEvent } from '../../src-shared/contract/events.ts';
import { findRendererFolder } from '../browser-host/findRendererFolder.ts';
import { applicationBuild } from '../calls/applicationVersion.ts';
import type { Host, Workstation } from '../calls/Host.ts';
import { setApplicationMenu } from './applicationMenu.ts';
import { choosePaths } from './choosePaths.ts';
import { chooseTarget } from './chooseTarget.ts';
import { confineContents } from './confineContents.ts';
import { handleCalls } from './handleCalls.ts';
import { openWindow } from './openWindow.ts';
import { pageAddress } from './page.ts';
import { servePage } from './pageProtocol.ts';
import type { PathsToOpen } from './PathsToOpen.ts';
import { recoverWindow } from './recoverWindow.ts';
import { askUpdateFeed, hasUpdateFeed } from './updateFeed.ts';

/**
 * Opens the workstation and its window, once Electron is ready.
 *
 * @param openWorkstation - opens the application behind this host; it is closed before the process ends
 * @param toOpen - what the system asked to open, before and after
 * @throws UserError when the case store cannot be opened
 */
export async function startShell(
  openWorkstation: (host: Host) => Promise<Workstation>,
  toOpen: PathsToOpen,
): Promise<void> {
  const workstation: Workstation = await openWorkstation({
    name: 'electron',
    version: app.getVersion(),
    choosePaths,
    chooseTarget,
    emit: sendToWindows,
    notify(title, body) {
      if (Notification.isSupported()) new Notification({ title, body }).show();
      // The event that a run has ended comes before its process is forgotten.
      setImmediate(() => quitOnceIdle(workstation));
    },
    pathOpened: (path) => app.addRecentDocument(path),
  });
  closeBeforeQuitting(workstation);
  app.on('window-all-closed', () => quitOnceIdle(workstation));
  confineContents();
  servePage(await findRendererFolder());
  handleCalls(workstation);

  const openPaths = (paths: readonly string[]): void => {
    if (paths.length === 0) return;
    sendToWindows({ name: 'sourcesOpened', payload: { sources: workstation.addPaths(paths) } });
  };
  fillAboutPanel();
  setApplicationMenu({
    open: (kind) => void choosePaths(kind).then(openPaths),
    askForUpdates: hasUpdateFeed() ? () => void askUpdateFeed() : null,
  });

  const showWindow = (): void => {
    const window = openWindow();
    window.webContents.on('did-finish-load', () => {
      const isListening = window.webContents.getURL() === pageAddress;
      toOpen.deliverTo(isListening ? openPaths : null);
      if (isListening) workstation.warmUp();
    });
    recoverWindow(window);
    window.on('closed', () => toOpen.deliverTo(null));
  };
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) showWindow();
  });
  showWindow();
}

/** What Help → About shows: the version and, in a package, what it was built from. */
function fillAboutPanel(): void {
  const build = applicationBuild();
  app.setAboutPanelOptions({
    applicationName: app.getName(),
    applicationVersion:
      build === null ? `${app.getVersion()}, from its sources` : `${app.getVersion()} (${build})`,
    copyright: 'For research use. Not a diagnosis.',
  });
}

/** A run goes on without a window; the application then ends with it. */
function quitOnceIdle(workstation: Workstation): void {
  const isNeeded = process.platform === 'darwin' || workstation.isBusy();
  if (!isNeeded && BrowserWindow.getAllWindows().length === 0) app.quit();
}

function sendToWindows(event: HostEvent): void {
  for (const { webContents } of BrowserWindow.getAllWindows()) webContents.send('bratum:event', event);
}

/** Jobs are stopped and the store is closed before the process ends. */
function closeBeforeQuitting(workstation: Workstation): void {
  let isClosed = false;
  app.on('will-quit', (event) => {
    if (isClosed) return;
    event.preventDefault();
    void workstation.close().finally(() => {
      isClosed = true;
      app.quit();
    });
  });
}
