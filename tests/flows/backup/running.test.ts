import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OpenedSource } from '../../../src-shared/contract/calls.ts';
import type { Outcome } from '../../../src-shared/errors.ts';
import { daikonSeries } from '../openedWorkstation.ts';
import { openHost, type OpenedHost } from '../browser-host/openHost.ts';
import { PageSocket } from '../browser-host/PageSocket.ts';
import { enter } from '../browser-host/request.ts';

let host: OpenedHost;
let cookie: string;
let page: PageSocket;

beforeEach(async () => {
  host = await openHost();
  cookie = await enter(host.url);
  page = await PageSocket.open(host.port, cookie);
});

afterEach(() => host.close());

/** What a page sees of cases: the list, and the first case with all its answers. */
async function seen() {
  const { cases, total } = await page.call('listCases', {});
  return { cases, total, detail: await page.call('openCase', { id: cases[0]?.id ?? '' }) };
}

async function upload(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const address = `http://127.0.0.1:${host.port}`;
  const send = async (method: string, path: string, body?: Uint8Array<ArrayBuffer>): Promise<unknown> => {
    const headers = { cookie, origin: address, 'x-bratum': '1' };
    return (await fetch(address + path, { method, headers, ...(body && { body }) })).json();
  };
  const { upload: begun } = (await send('POST', '/uploads')) as { upload: string };
  await send('PUT', `/uploads/${begun}/files?path=${encodeURIComponent(name)}`, bytes);
  const outcome = (await send('POST', `/uploads/${begun}/done`)) as Outcome<OpenedSource[]>;
  if (!outcome.ok) throw new Error(outcome.error.code);
  return outcome.value[0]?.source ?? '';
}

async function analyse(file: string): Promise<void> {
  const source = await upload(file, Uint8Array.from(await readFile(join(daikonSeries, file))));
  const { studies } = await page.runJob('openSources', { sources: [source] });
  const slices = studies.flatMap(({ series }) => series).flatMap((one) => one.slices);
  await page.runJob('analyseSlices', { slices: slices.map(({ slice }) => slice), provider: 'cpu' });
}

test('a page saves the store, works on, and goes back to what it saved, without a restart', async () => {
  await analyse('brain_010.dcm');
  await page.call('writeSettings', { readerName: 'Dr. Before' });
  const before = await seen();
  const backup = await page.runJob('backUpStore', {});
  expect(backup).toMatchObject({ cases: 1, pictures: 1, applicationVersion: '0.0.0-test' });
  const response = await fetch(`http://127.0.0.1:${host.port}${backup.address}`, { headers: { cookie } });
  const bytes = Uint8Array.from(await response.bytes());
  expect(bytes.length).toBe(backup.bytes);

  await analyse('brain_011.dcm');
  await page.call('writeSettings', { readerName: 'Dr. After' });
  expect((await seen()).detail.slices).toBe(2);

  const source = await upload('mine.zip', bytes);
  expect(await page.call('describeBackup', { source })).toMatchObject({ cases: 1, pictures: 1 });
  await expect(page.runJob('restoreStore', { source })).rejects.toThrow('store-not-empty');
  expect((await seen()).detail.slices).toBe(2);
  // Whoever asks while the store is exchanged waits, and hears of the new one.
  const [, during] = await Promise.all([
    page.runJob('restoreStore', { source, isReplacing: true }),
    page.call('listCases', {}),
  ]);
  expect(during.total).toBe(1);
  expect(page.events.map(({ name }) => name)).toContain('storeReplaced');
  expect(await seen()).toEqual(before);
  expect(await page.call('readSettings', {})).toMatchObject({ readerName: 'Dr. Before' });

  await analyse('brain_012.dcm');
  expect((await seen()).detail.slices).toBe(2);
});

test('a file that is no backup is refused, and the store goes on', async () => {
  await analyse('brain_010.dcm');
  const before = await seen();
  const source = await upload('mine.zip', new TextEncoder().encode('PK but nothing more'));
  await expect(page.call('describeBackup', { source })).rejects.toThrow('backup-damaged');
  await expect(page.runJob('restoreStore', { source, isReplacing: true })).rejects.toThrow('backup-damaged');
  expect(await seen()).toEqual(before);
});
