import { BrowserWindow, dialog } from 'electron';

/**
 * The system's dialog for files (several at once) or a folder. No filter by extension, since DICOM
 * files often have none.
 *
 * @returns absolute paths; none when the dialog was cancelled
 */
export async function choosePaths(kind: 'files' | 'folder'): Promise<string[]> {
  const properties: ('openDirectory' | 'openFile' | 'multiSelections')[] =
    kind === 'folder' ? ['openDirectory'] : ['openFile', 'multiSelections'];
  const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];
  const { filePaths } = await (window === undefined
    ? dialog.showOpenDialog({ properties })
    : dialog.showOpenDialog(window, { properties }));
  return filePaths;
}
