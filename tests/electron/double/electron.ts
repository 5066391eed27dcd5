/**
 * Stands in for the module `electron` where its binary cannot run: it keeps what the shell registers, so
 * that tests can let the shell's own handlers answer a real browser. It decides nothing itself.
 */
import { fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { tmpdir } from 'node:os';

type Handler = (event: unknown, ...values: unknown[]) => unknown;

const paths: Record<string, string> = { userData: tmpdir() };

export const app = Object.assign(new EventEmitter(), {
  isPackaged: false,
  getName: () => 'BraTum Workstation',
  getVersion: () => '0.0.0-double',
  getAppPath: () => process.cwd(),
  getPath: (name: string) => paths[name],
  setPath: (name: string, path: string) => void (paths[name] = path),
  enableSandbox: () => void (isSandboxed.value = true),
  disableHardwareAcceleration: () => undefined,
  requestSingleInstanceLock: () => true,
  whenReady: () => Promise.resolve(),
  setAboutPanelOptions: (options: Record<string, string>) => void Object.assign(aboutPanel, options),
  addRecentDocument: (path: string) => void recentDocuments.push(path),
  quit: () => void app.emit('will-quit', new DecidableEvent()),
  exit: (code: number) => void app.emit('double:exited', code),
});
export const recentDocuments: string[] = [];
/** What Help → About would show. */
export const aboutPanel: Record<string, string> = {};
/** Whether the shell asked for the sandbox of every page. */
export const isSandboxed = { value: false };

/** An event whose default the shell may prevent. */
export class DecidableEvent {
  isPrevented = false;
  /** Where a navigation would lead. */
  url = 'https://evil.test/';
  preventDefault(): void {
    this.isPrevented = true;
  }
}

export class WebContents extends EventEmitter {
  openWindow: () => { action: string } = () => ({ action: 'allow' });
  /** Set by a test to carry events into its browser. */
  deliver: (channel: string, value: unknown) => void = () => undefined;
  setWindowOpenHandler = (decide: () => { action: string }) => void (this.openWindow = decide);
  send = (channel: string, value: unknown) => this.deliver(channel, value);
  address = '';
  getURL = () => this.address;
}

interface WindowOptions {
  x?: number;
  width: number;
  height: number;
  webPreferences: Record<string, unknown> & { preload: string };
}

export class BrowserWindow extends EventEmitter {
  static all: BrowserWindow[] = [];
  static getAllWindows = () => BrowserWindow.all;
  static getFocusedWindow = () => BrowserWindow.all[0] ?? null;
  readonly webContents = new WebContents();
  /** What the shell did with this window, in order. */
  readonly done: string[] = [];
  readonly options: WindowOptions;

  constructor(options: WindowOptions) {
    super();
    this.options = options;
    BrowserWindow.all.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }

  loadURL(address: string): Promise<void> {
    this.webContents.address = address;
    this.done.push(`load ${address}`);
    return Promise.resolve();
  }
  reload = () => void this.done.push('reload');
  destroy = () => void this.done.push('destroy');
  getNormalBounds = () => ({ x: 10, y: 10, width: this.options.width, height: this.options.height });
  isMaximized = () => false;
  isMinimized = () => false;
  show = () => undefined;
  focus = () => undefined;
}

export const ipcHandlers = new Map<string, Handler>();
export const ipcMain = {
  handle: (channel: string, handler: Handler) => void ipcHandlers.set(channel, handler),
};

export const schemes: unknown[] = [];
export const protocolHandlers = new Map<string, (request: Request) => Promise<Response>>();
export const protocol = {
  registerSchemesAsPrivileged: (added: unknown[]) => void schemes.push(...added),
  handle: (scheme: string, handler: (request: Request) => Promise<Response>) =>
    void protocolHandlers.set(scheme, handler),
};

type Decide = (contents: unknown, permission: string, decide: (isAllowed: boolean) => void) => void;
type Filter = (details: { url: string }, decide: (answer: { cancel?: boolean }) => void) => void;

const allowAll: Decide = (_contents, _permission, decide) => decide(true);
const passAll: Filter = (_details, decide) => decide({});

const defaultSession = Object.assign(new EventEmitter(), {
  decidePermission: allowAll,
  setPermissionRequestHandler: (decide: Decide) => void (defaultSession.decidePermission = decide),
  checkPermission: (): boolean => true,
  setPermissionCheckHandler: (check: () => boolean) => void (defaultSession.checkPermission = check),
  setDevicePermissionHandler: () => undefined,
  filterRequest: passAll,
  webRequest: {
    onBeforeRequest: (_: { urls: string[] }, filter: Filter) => void (defaultSession.filterRequest = filter),
  },
});
export const session = { defaultSession };

export const screen = { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] };

/** What the next dialog returns. */
export const chosen: { filePaths: string[] } = { filePaths: [] };
/** What the next dialog for saving returns; empty when it is cancelled. */
export const savePath = { path: '' };
export const lastSaveOptions = { defaultPath: '' };
export const errorBoxes: { title: string; advice: string }[] = [];
/** What the shell asked or told in a message box, newest last. */
export const messageBoxes: { message: string; detail: string }[] = [];
/** Numbers of the buttons that the next message boxes return. */
export const answers: number[] = [];
export const dialog = {
  showOpenDialog: () => Promise.resolve(chosen),
  showSaveDialog: (_: BrowserWindow, options: { defaultPath: string }) => {
    Object.assign(lastSaveOptions, options);
    return Promise.resolve({ canceled: savePath.path === '', filePath: savePath.path });
  },
  showMessageBox: (...values: unknown[]) => {
    messageBoxes.push(values.at(-1) as { message: string; detail: string });
    return Promise.resolve({ response: answers.shift() ?? 1 });
  },
  showErrorBox: (title: string, advice: string) => void errorBoxes.push({ title, advice }),
};

interface MenuItem {
  label?: string;
  submenu?: MenuItem[];
  click?: () => void;
}
export const menu: { template: MenuItem[] } = { template: [] };
export const Menu = {
  buildFromTemplate: (template: MenuItem[]) => template,
  setApplicationMenu: (template: MenuItem[]) => void (menu.template = template),
};

/** What the shell told the person, newest last. */
export const notifications: { title: string; body: string }[] = [];
export class Notification {
  static isSupported = () => true;
  readonly #words: { title: string; body: string };

  constructor(words: { title: string; body: string }) {
    this.#words = words;
  }

  show(): void {
    notifications.push(this.#words);
  }
}

/** Gives a forked Node process the `parentPort` that Electron gives a utility process. */
const parentPort = `
  import { EventEmitter } from 'node:events';
  const port = new EventEmitter();
  process.on('message', (data) => port.emit('message', { data }));
  process.on('disconnect', () => process.exit(0));
  process.parentPort = Object.assign(port, { postMessage: (message) => process.send(message) });`;

export const utilityProcess = {
  fork(entry: string) {
    const child = fork(entry, [], {
      serialization: 'advanced',
      execArgv: ['--import', `data:text/javascript,${encodeURIComponent(parentPort)}`],
    });
    return Object.assign(child, { postMessage: (message: object) => child.send(message) });
  },
};

/** How the next use of the keychain ends. */
export const keychain = { isAvailable: true, backend: 'gnome_libsecret', isLocked: false };

/** A keychain: what it seals is not to be read in a file. */
export const safeStorage = {
  isAsyncEncryptionAvailable: () => Promise.resolve(keychain.isAvailable),
  getSelectedStorageBackend: () => keychain.backend,
  encryptStringAsync: (text: string) => unlocked(() => Buffer.from([...text].reverse().join(''))),
  decryptStringAsync: (sealed: Buffer) =>
    unlocked(() => ({ result: [...sealed.toString()].reverse().join(''), shouldReEncrypt: false })),
};

function unlocked<Value>(use: () => Value): Promise<Value> {
  return keychain.isLocked ? Promise.reject(new Error('locked')) : Promise.resolve(use());
}
