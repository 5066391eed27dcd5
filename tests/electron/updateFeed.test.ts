/** The way to a newer version, against the double: what is asked, fetched and installed, and when nothing is. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { askUpdateFeed, hasUpdateFeed, type Updater } from '../../src-main/shell/updateFeed.ts';
import { updateOptions } from '../../packaging/updateOptions.ts';
import * as electron from './double/electron.ts';

vi.mock('electron', () => import('./double/electron.ts'));

let done: string[];
let updater: Updater;

beforeEach(() => {
  done = [];
  electron.messageBoxes.length = 0;
  updater = {
    autoDownload: true,
    autoInstallOnAppQuit: true,
    checkForUpdates: () => {
      done.push('asked');
      return Promise.resolve({ isUpdateAvailable: true, updateInfo: { version: '9.0.0' } } as never);
    },
    downloadUpdate: () => {
      done.push('downloaded');
      return Promise.resolve([]);
    },
    quitAndInstall: () => void done.push('installed'),
  };
});

afterEach(() => {
  electron.answers.length = 0;
});

const ask = (): Promise<void> => askUpdateFeed(() => Promise.resolve(updater));

test.each([
  [
    [0, 0],
    ['asked', 'downloaded', 'installed'],
  ],
  [
    [0, 1],
    ['asked', 'downloaded'],
  ],
  [[1], ['asked']],
])('answers %j lead to %j', async (answers, expected) => {
  electron.answers.push(...answers);
  await ask();
  expect(done).toEqual(expected);
  expect([updater.autoDownload, updater.autoInstallOnAppQuit]).toEqual([false, false]);
  expect(electron.messageBoxes[0]?.message).toBe('Version 9.0.0 is there.');
});

test('no newer version, and a feed that cannot be asked, are told without address or path', async () => {
  updater.checkForUpdates = () => Promise.resolve(null);
  await ask();
  updater.checkForUpdates = () => Promise.reject(new Error('https://feed.test/latest.yml refused'));
  await ask();
  const words = electron.messageBoxes.map(({ message, detail }) => `${message} ${detail}`);
  expect(words[0]).toContain('This is the newest version.');
  expect(words[1]).toContain('could not be asked');
  expect(words[1]).not.toContain('feed.test');
});

test('only a package with a feed has one', async () => {
  const resources = await mkdtemp(join(tmpdir(), 'bratum-resources-'));
  vi.stubGlobal('process', Object.assign(Object.create(process) as object, { resourcesPath: resources }));
  try {
    electron.app.isPackaged = true;
    expect(hasUpdateFeed()).toBe(false);
    await writeFile(join(resources, 'app-update.yml'), 'provider: generic\n');
    expect(hasUpdateFeed()).toBe(true);
    electron.app.isPackaged = false;
    expect(hasUpdateFeed()).toBe(false);
  } finally {
    electron.app.isPackaged = false;
    vi.unstubAllGlobals();
    await rm(resources, { recursive: true });
  }
});

test('who builds may name a feed; it must be encrypted', () => {
  expect(updateOptions({})).toEqual([]);
  expect(updateOptions({ BRATUM_UPDATE_FEED: 'https://updates.hospital.test/bratum' })).toEqual([
    '-c.publish.provider=generic',
    '-c.publish.url=https://updates.hospital.test/bratum',
  ]);
  for (const feed of ['http://updates.hospital.test', 'updates.hospital.test', 'file:///x'])
    expect(() => updateOptions({ BRATUM_UPDATE_FEED: feed })).toThrow('https');
});
