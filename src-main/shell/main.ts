import { join } from 'node:path';
import { app, BrowserWindow, dialog } from 'electron';
import { errorText } from '../../src-shared/errorTexts.ts';
import { openWorkstation, type WorkstationOptions } from '../calls/openWorkstation.ts';
import { reportFailure } from '../calls/reportFailure.ts';
import { userDataFolder } from '../calls/userDataFolder.ts';
import { registerPageScheme } from './pageProtocol.ts';
import { pathsInArguments } from './pathsInArguments.ts';
import { PathsToOpen } from './PathsToOpen.ts';
import { startShell } from './startShell.ts';
import { startInferenceChild, startTrainingChild } from './utilityChannel.ts';

// Nothing here may wait at the top level: Electron becomes ready only after this file has been run.

const toOpen = new PathsToOpen();

const workstationOptions: WorkstationOptions = {
  storeFolder: userDataFolder(),
  startChild: startInferenceChild,
  startTrainingChild,
  // The package keeps its models outside the archive, where the native library can open them.
  ...(app.isPackaged && { modelsFolder: join(process.resourcesPath, 'models') }),
};

app.setPath('userData', userDataFolder());
app.setPath('sessionData', join(userDataFolder(), 'chromium'));
app.enableSandbox();
registerPageScheme();

if (app.requestSingleInstanceLock()) {
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
} else {
  app.quit();
}

/** In a checkout the application's own folder is among the arguments, somewhere between Chromium's switches. */
function pathsToOpen(values: readonly string[], workingFolder: string): string[] {
  return pathsInArguments(values.slice(1), workingFolder).filter((path) => path !== app.getAppPath());
}

async function start(): Promise<void> {
  try {
    await startShell((host) => openWorkstation(host, workstationOptions), toOpen);
  } catch (error) {
    const { title, advice } = errorText(reportFailure(error));
    dialog.showErrorBox(title, advice);
    app.exit(1);
  }
}
