import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findElectron } from './findElectron.ts';

const someone = 1000;
const display = { DISPLAY: ':0', PATH: process.env['PATH'] };

let emptyFolder: string;
/** Accepts connections and never answers, as a firewall that drops packets does. */
let silent: Server;

beforeAll(async () => {
  emptyFolder = await mkdtemp(join(tmpdir(), 'bratum-electron-'));
  silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(silent, 'listening');
});

afterAll(async () => {
  silent.closeAllConnections();
  silent.close();
  await rm(emptyFolder, { recursive: true });
});

const mirror = () => `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
const absent = () => ({ ...display, ELECTRON_OVERRIDE_DIST_PATH: emptyFolder });

test.runIf(process.platform === 'linux')('without a display, or as root, nothing is tried', async () => {
  expect(await findElectron({}, someone)).toEqual({ reason: 'there is no display' });
  expect(await findElectron(display, 0)).toEqual({
    reason: 'Electron does not run as root with its sandbox',
  });
});

test('a download that is switched off or refused is given up at once', async () => {
  expect(await findElectron({ ...absent(), ELECTRON_SKIP_BINARY_DOWNLOAD: '1' }, someone)).toMatchObject({
    reason: expect.stringContaining('ELECTRON_SKIP_BINARY_DOWNLOAD') as string,
  });
  expect(await findElectron({ ...absent(), ELECTRON_MIRROR: 'http://127.0.0.1:1/' }, someone)).toMatchObject({
    reason: expect.stringContaining('cannot be downloaded') as string,
  });
});

test('a download that nobody answers is given up within seconds', async () => {
  const startedAtMs = performance.now();
  expect(await findElectron({ ...absent(), ELECTRON_MIRROR: mirror() }, someone)).toMatchObject({
    reason: expect.stringContaining('cannot be downloaded') as string,
  });
  expect(performance.now() - startedAtMs).toBeLessThan(8_000);
});

test.runIf(process.platform === 'linux')('an executable that is there is used', async () => {
  const program = join(emptyFolder, 'electron');
  await writeFile(program, '');
  await chmod(program, 0o700);
  expect(await findElectron(absent(), someone)).toEqual({ program });
  await rm(program);
});
