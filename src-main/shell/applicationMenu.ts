import { app, Menu, type MenuItemConstructorOptions } from 'electron';

/** What the menu can ask for besides the system's own commands. */
export interface MenuCommands {
  open(kind: 'files' | 'folder'): void;
  /** Null in a package without an update feed. */
  askForUpdates: (() => void) | null;
}

/** The menu bar, with the shortcuts that each system is used to. */
export function setApplicationMenu(commands: MenuCommands): void {
  const isMac = process.platform === 'darwin';
  const developer: MenuItemConstructorOptions[] = app.isPackaged
    ? []
    : [{ type: 'separator' }, { role: 'reload' }, { role: 'toggleDevTools' }];
  const { askForUpdates } = commands;
  const updates: MenuItemConstructorOptions[] =
    askForUpdates === null ? [] : [{ label: 'Check for &updates…', click: askForUpdates }];
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    {
      label: '&File',
      submenu: [
        { label: '&Open files…', accelerator: 'CmdOrCtrl+O', click: () => commands.open('files') },
        { label: 'Open &folder…', accelerator: 'CmdOrCtrl+Shift+O', click: () => commands.open('folder') },
        ...(isMac ? [openRecent] : []),
        { type: 'separator' },
        isMac ? { role: 'close' } : { role: 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
        ...developer,
      ],
    },
    { role: 'windowMenu' },
    { role: 'help', submenu: [...updates, { role: 'about' }] },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

/** macOS fills this menu from `app.addRecentDocument`; Windows shows the list in the task bar. */
const openRecent: MenuItemConstructorOptions = {
  role: 'recentDocuments',
  submenu: [{ role: 'clearRecentDocuments' }],
};
