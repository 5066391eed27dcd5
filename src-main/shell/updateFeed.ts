import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app, BrowserWindow, dialog } from 'electron';
import type { AppUpdater } from 'electron-updater';

/** electron-builder puts it into a package that was built with `BRATUM_UPDATE_FEED`, and into no other. */
const feedFileName = 'app-update.yml';

/** True in a package that knows where to ask for a newer one. */
export function hasUpdateFeed(): boolean {
  return app.isPackaged && existsSync(join(process.resourcesPath, feedFileName));
}

/** The part of electron-updater that is used. */
export type Updater = Pick<
  AppUpdater,
  'autoDownload' | 'autoInstallOnAppQuit' | 'checkForUpdates' | 'downloadUpdate' | 'quitAndInstall'
>;

/**
 * Asks the package's feed for a newer version because the person wants to know; nothing else ever does. What is found is
 * fetched and installed only if the person agrees to each; electron-updater checks its hash and, on Windows and macOS, its
 * signature.
 */
export async function askUpdateFeed(open = openUpdater): Promise<void> {
  try {
    const updater = await open();
    updater.autoDownload = false;
    updater.autoInstallOnAppQuit = false;
    const found = await updater.checkForUpdates();
    if (found === null || !found.isUpdateAvailable)
      return await tell('This is the newest version.', `Version ${app.getVersion()}.`);
    const { version } = found.updateInfo;
    const wants = await agree(
      `Version ${version} is there.`,
      `This is version ${app.getVersion()}.`,
      'Download',
    );
    if (!wants) return;
    await updater.downloadUpdate();
    const advice = 'Trainings are stopped at their last checkpoint and can be resumed.';
    if (await agree(`Version ${version} was downloaded.`, advice, 'Install and restart'))
      updater.quitAndInstall();
  } catch {
    // The reason may name addresses and paths; what can be done is the same for all.
    await tell(
      'The update feed could not be asked.',
      'Try again later, or ask whoever installed this program.',
    );
  }
}

async function openUpdater(): Promise<Updater> {
  return (await import('electron-updater')).default.autoUpdater;
}

async function tell(message: string, detail: string): Promise<void> {
  await show({ type: 'info', message, detail });
}

async function agree(message: string, detail: string, action: string): Promise<boolean> {
  const options = {
    type: 'question',
    message,
    detail,
    buttons: [action, 'Later'],
    defaultId: 0,
    cancelId: 1,
  } as const;
  return (await show({ ...options, buttons: [...options.buttons] })).response === 0;
}

function show(options: Electron.MessageBoxOptions): Promise<Electron.MessageBoxReturnValue> {
  const window = BrowserWindow.getFocusedWindow();
  return window === null ? dialog.showMessageBox(options) : dialog.showMessageBox(window, options);
}
