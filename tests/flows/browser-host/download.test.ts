import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openCaseStore } from '../../../src-main/cases/openCaseStore.ts';
import { syntheticRecord } from '../store/syntheticRecord.ts';
import { openHost, type OpenedHost } from './openHost.ts';
import { PageSocket } from './PageSocket.ts';
import { enter, request } from './request.ts';

let host: OpenedHost;
let cookie: string;
let page: PageSocket;

beforeEach(async () => {
  host = await openHost();
  cookie = await enter(host.url);
  page = await PageSocket.open(host.port, cookie);
  const store = await openCaseStore(join(host.folder, 'store'));
  const named = { patientName: 'Müller^Jörg', patientId: '=1+1' };
  await store.record([syntheticRecord(1), syntheticRecord(11, { attributes: named })]);
  await store.close();
});

afterEach(() => host.close());

const everything = { cases: { selection: {} } } as const;

const fetchOnce = (address: string, headers: Record<string, string> = { cookie }) =>
  request(host.port, 'GET', address, headers);

async function filesOnDisk(): Promise<string[]> {
  const entries = await readdir(join(host.folder, 'temporary'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

test('an exported table is fetched once, as an attachment that nobody keeps', async () => {
  const delivered = await page.runJob('exportCases', { format: 'csv', ...everything });
  expect(delivered).toMatchObject({ name: expect.stringMatching(/^cases \d{4}-\d\d-\d\d\.csv$/) as string });
  const { status, headers, body } = await fetchOnce(delivered.address ?? '');
  expect(status).toBe(200);
  expect(headers['content-disposition']).toMatch(/^attachment; filename\*=UTF-8''cases%20[\d-]+\.csv$/);
  expect(headers).toMatchObject({
    'cache-control': 'no-store',
    'content-type': 'application/octet-stream',
    'content-length': String(delivered.bytes),
    'x-content-type-options': 'nosniff',
  });
  const lines = parse<Record<string, string>>(body, { columns: true, bom: true });
  expect(lines.map(({ patient }) => patient)).toEqual([
    expect.stringMatching(/^Patient [0-9A-F]{4}$/),
    expect.stringMatching(/^Patient [0-9A-F]{4}$/),
  ]);
  expect(body).not.toMatch(/Müller|Número|1\+1/);
  expect((await fetchOnce(delivered.address ?? '')).status).toBe(404);
  await vi.waitFor(async () => expect(await filesOnDisk()).toEqual([]));
});

test('without the cookie there is nothing to fetch, and asking does not use the address up', async () => {
  const { address } = await page.runJob('exportCases', { format: 'json', ...everything });
  expect((await fetchOnce(address ?? '', {})).status).toBe(401);
  expect((await request(host.port, 'HEAD', address ?? '', { cookie })).status).toBe(404);
  expect((await fetchOnce(`/downloads/${'A'.repeat(43)}`)).status).toBe(404);
  expect((await fetchOnce('/downloads/..%2f..%2fsecret.txt')).status).toBe(404);
  expect((await fetchOnce(address ?? '')).status).toBe(200);
});

test('names are in the table where they are asked for, of the marked cases only', async () => {
  const { cases } = await page.call('listCases', { search: 'Müller' });
  expect(cases).toHaveLength(1);
  const { address } = await page.runJob('exportCases', {
    format: 'csv',
    isIdentified: true,
    hasByteOrderMark: false,
    cases: { ids: cases.map(({ id }) => id) },
  });
  const { body } = await fetchOnce(address ?? '');
  const lines = parse<Record<string, string>>(body, { columns: true });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ slices: '1', patient: expect.stringContaining('Müller') as string });
});
