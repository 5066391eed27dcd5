import { extname } from 'node:path';
import { BrowserWindow, dialog } from 'electron';
import type { FileTarget } from '../calls/Host.ts';

/**
 * The system's dialog for saving one file. The file is written by whoever asked, straight to its place.
 *
 * @param name - the suggested base name
 * @returns null when the dialog was cancelled
 */
export async function chooseTarget(name: string): Promise<FileTarget | null> {
  const extension = extname(name).slice(1);
  const options = {
    defaultPath: name,
    ...(extension !== '' && { filters: [{ name: extension.toUpperCase(), extensions: [extension] }] }),
  };
  const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];
  const { filePath, canceled } = await (window === undefined
    ? dialog.showSaveDialog(options)
    : dialog.showSaveDialog(window, options));
  if (canceled || filePath === '') return null;
  return { path: filePath, handOver: () => Promise.resolve(null), giveUp: () => Promise.resolve() };
}
