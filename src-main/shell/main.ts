import { join } from 'node:path';
import { app, BrowserWindow, dialog } from 'electron';
import { errorText } from '../../src-shared/errorTexts.ts';
import { openWorkstation } from '../calls/openWorkstation.ts';
import { reportFailure } from '../calls/reportFailure.ts';
import { useKeychain } from '../calls/pacs/useKeychain.ts';
import { startChildrenBy } from '../calls/startChildrenBy.ts';
import { userDataFolder } from '../calls/userDataFolder.ts';
import { registerPageScheme } from './pageProtocol.ts';
import { pathsInArguments } from './pathsInArguments.ts';
import { PathsToOpen } from './PathsToOpen.ts';
import { commandLineOf, runAsCommandLine } from './runAsCommandLine.ts';
import { startShell } from './startShell.ts';
import { systemKeychain } from './systemKeychain.ts';
import { utilityChannel } from './utilityChannel.ts';

// Nothing here may wait at the top level: Electron becomes ready only after this file has been run.

const toOpen = new PathsToOpen();
const commandLine = commandLineOf(process.argv);

startChildrenBy(utilityChannel);
useKeychain(systemKeychain);
app.setPath('userData', userDataFolder());
app.enableSandbox();

if (commandLine === null) runWindows();
else void runAsCommandLine(commandLine);

function runWindows(): void {
  app.setPath('sessionData', join(userDataFolder(), 'chromium'));
  registerPageScheme();
  if (!app.requestSingleInstanceLock()) return app.quit();
  toOpen.add(pathsToOpen(process.argv, process.cwd()));
  app.on('open-file', (event, path) => {
    event.preventDefault();
    toOpen.add([path]);
  });
  app.on('second-instance', (_, values, workingFolder) => {
    const [window] = BrowserWindow.getAllWindows();
    if (window?.isMinimized() === true) window.restore();
    window?.focus();
    // Without a window a training run is at work; whoever starts the application again wants to see it.
    if (window === undefined) app.emit('activate');
    toOpen.add(pathsToOpen(values, workingFolder));
  });
  void app.whenReady().then(start);
}

/** In a checkout the application's own folder is among the arguments, somewhere between Chromium's switches. */
function pathsToOpen(values: readonly string[], workingFolder: string): string[] {
  return pathsInArguments(values.slice(1), workingFolder).filter((path) => path !== app.getAppPath());
}

async function start(): Promise<void> {
  try {
    await startShell((host) => openWorkstation(host, { storeFolder: userDataFolder() }), toOpen);
  } catch (error) {
    const { title, advice } = errorText(reportFailure(error));
    dialog.showErrorBox(title, advice);
    app.exit(1);
  }
}
