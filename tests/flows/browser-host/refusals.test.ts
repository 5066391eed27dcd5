import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { encodeMessage } from '../../../src-shared/contract/codec.ts';
import { openHost, type OpenedHost } from './openHost.ts';
import { PageSocket } from './PageSocket.ts';
import { enter, request } from './request.ts';

const limits = { fileBytes: 1000, totalBytes: 10_000, files: 10 };
let host: OpenedHost;
let cookie: string;
let origin: string;

beforeAll(async () => {
  host = await openHost(limits);
  cookie = await enter(host.url);
  origin = `http://127.0.0.1:${host.port}`;
});

afterAll(() => host.close());

const codeOf = (body: string) => (JSON.parse(body) as { error: { code: string } }).error.code;
const changing = () => ({ cookie, origin, 'x-bratum': '1' });

describe('who may read', () => {
  test('the cookie opens the page, with every protective header', async () => {
    const { status, body, headers } = await request(host.port, 'GET', '/', { cookie });
    expect([status, body]).toEqual([200, '<title>page</title>']);
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    });
  });

  test.each(['/', '/index.html', '/socket', '/uploads'])('without the cookie %s is refused', async (path) => {
    const { status, body } = await request(host.port, 'GET', path);
    expect([status, codeOf(body)]).toEqual([401, 'session-required']);
  });

  test('a person without the cookie reads what to do', async () => {
    const { body } = await request(host.port, 'GET', '/', { accept: 'text/html,*/*' });
    expect(body).toBe(
      'This page needs the address that the program printed. Open that address; it works once. Start the program again for a new one.\n',
    );
  });

  test.each(['evil.example', '127.0.0.1', 'localhost', '127.0.0.1:1', 'evil.example:80', '[::1]:80'])(
    'the host name %j is refused, even with the cookie',
    async (name) => {
      const { status, body } = await request(host.port, 'GET', '/', { cookie, host: name });
      expect(status).toBeGreaterThanOrEqual(400);
      expect(body).not.toContain('page');
    },
  );

  test('localhost with our port is us', async () => {
    const { status } = await request(host.port, 'GET', '/', { cookie, host: `localhost:${host.port}` });
    expect(status).toBe(200);
  });

  test.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/%2e%2e%2fsecret.txt',
    '/..%5csecret.txt',
    '//secret.txt',
    '/./../secret.txt',
    '/index.html/../../secret.txt',
    '/%00',
    '/%',
    'http://evil.example/secret.txt',
  ])('%s leads nowhere', async (path) => {
    const { status, body } = await request(host.port, 'GET', path, { cookie });
    expect([status, codeOf(body)]).toEqual([404, 'file-not-found']);
  });

  test('other machines cannot reach the port', async () => {
    const { networkInterfaces } = await import('node:os');
    const outward = Object.values(networkInterfaces())
      .flat()
      .find((address) => address !== undefined && !address.internal && address.family === 'IPv4');
    const address = outward?.address ?? '127.0.0.2';
    const socket = connect({ host: address, port: host.port });
    await expect(once(socket, 'connect')).rejects.toThrow();
  });
});

describe('the one-time token', () => {
  let fresh: OpenedHost;
  beforeAll(async () => {
    fresh = await openHost();
  });
  afterAll(() => fresh.close());

  test('buys the cookie and leaves the address bar, once', async () => {
    const { search } = new URL(fresh.url);
    const first = await request(fresh.port, 'GET', `/${search}`);
    expect(first.status).toBe(303);
    expect(first.headers.location).toBe('/');
    expect(first.headers['set-cookie']?.[0]).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);

    const again = await request(fresh.port, 'GET', `/${search}`);
    expect([again.status, codeOf(again.body)]).toEqual([401, 'session-required']);
    expect(again.headers['set-cookie']).toBeUndefined();

    const [own = ''] = first.headers['set-cookie']?.[0]?.split(';') ?? [];
    const reloaded = await request(fresh.port, 'GET', `/${search}`, { cookie: own });
    expect([reloaded.status, reloaded.headers['set-cookie']]).toEqual([303, undefined]);
  });

  test('is not there for guessing', async () => {
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 11; attempt++) {
      statuses.push((await request(fresh.port, 'GET', '/?token=wrong')).status);
    }
    expect(statuses.at(0)).toBe(401);
    expect(statuses.at(-1)).toBe(429);
  });
});

describe('who may change something', () => {
  test('another page of this browser may not: wrong or no origin, no header of ours', async () => {
    const refused: Record<string, string>[] = [
      { cookie, origin: 'http://evil.example', 'x-bratum': '1' },
      { cookie, origin: 'null', 'x-bratum': '1' },
      { cookie, origin: `http://127.0.0.1:${host.port + 1}`, 'x-bratum': '1' },
      { cookie, 'x-bratum': '1' },
      { cookie, origin },
    ];
    for (const headers of refused) {
      const { status, body } = await request(host.port, 'POST', '/uploads', headers);
      expect([status, codeOf(body)]).toEqual([403, 'not-allowed']);
    }
    const { status, body } = await request(host.port, 'POST', '/uploads', { origin, 'x-bratum': '1' });
    expect([status, codeOf(body)]).toEqual([401, 'session-required']);
  });

  test.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s / is nothing we know', async (method) => {
    const { status, headers } = await request(host.port, method, '/', changing());
    expect(status).toBe(404);
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  test('an upload is held to its limits and its folder', async () => {
    const begun = await request(host.port, 'POST', '/uploads', changing());
    const { upload } = JSON.parse(begun.body) as { upload: string };
    const put = (path: string, bytes: number, headers: Record<string, string> = {}) =>
      request(
        host.port,
        'PUT',
        `/uploads/${upload}/files?path=${encodeURIComponent(path)}`,
        { ...changing(), ...headers },
        new Uint8Array(bytes),
      );
    const announced = await put('big', 1001);
    expect([announced.status, codeOf(announced.body)]).toEqual([413, 'file-too-large']);
    const chunked = await put('big', 200_000, { 'transfer-encoding': 'chunked' });
    expect([chunked.status, codeOf(chunked.body)]).toEqual([413, 'file-too-large']);
    for (const path of ['../x', '/etc/x', 'a/../../x', 'a\0b', '..\\x', '']) {
      const { status, body } = await put(path, 1);
      expect([path, status, codeOf(body)]).toEqual([path, 400, 'invalid-input']);
    }
    const nobody = await request(host.port, 'POST', `/uploads/${upload}/done`, changing());
    expect([nobody.status, codeOf(nobody.body)]).toEqual([400, 'invalid-input']);
    const unknown = `/uploads/${'0'.repeat(36)}/done`;
    expect((await request(host.port, 'POST', unknown, changing())).status).toBe(404);
  });
});

describe('who may connect', () => {
  async function handshake(path: string, headers: Record<string, string>): Promise<string> {
    const socket = new WebSocket(`ws://127.0.0.1:${host.port}${path}`, { headers });
    try {
      await once(socket, 'open');
      socket.close();
      return 'open';
    } catch (error) {
      return (error as Error).message;
    }
  }

  test('our page, from our address, with the cookie', async () => {
    const refusal = 'Unexpected server response: 403';
    expect(await handshake('/socket', { cookie, origin })).toBe('open');
    expect(await handshake('/socket', { origin })).toBe(refusal);
    expect(await handshake('/socket', { cookie })).toBe(refusal);
    expect(await handshake('/socket', { cookie, origin: 'http://evil.example' })).toBe(refusal);
    expect(await handshake('/socket', { cookie, origin, host: 'evil.example' })).toBe(refusal);
    expect(await handshake('/', { cookie, origin })).toBe(refusal);
  });

  test.each([
    ['text', 'hello', 1003],
    ['no MessagePack', new Uint8Array([0xc1]), 1008],
    ['no request', encodeMessage({ id: 'one', call: 'listCases' }), 1008],
    ['too much', new Uint8Array(16 * 2 ** 20 + 1), 1009],
  ])('%s ends the connection', async (_, message, code) => {
    const page = await PageSocket.open(host.port, cookie);
    page.send(message);
    expect(await page.closed()).toBe(code);
  });

  test('a wrong call is an answer, not the end', async () => {
    const page = await PageSocket.open(host.port, cookie);
    for (const name of ['noSuchCall', 'constructor', '__proto__']) {
      expect(await page.ask(name, {})).toMatchObject({ ok: false, error: { code: 'invalid-input' } });
    }
    expect(await page.ask('chooseSources', { kind: 'files' })).toMatchObject({
      ok: false,
      error: { code: 'not-allowed' },
    });
    expect(await page.ask('openSources', { sources: ['/etc/passwd'] })).toMatchObject({
      ok: false,
      error: { code: 'handle-unknown' },
    });
    expect(await page.ask('describeApplication', {})).toMatchObject({
      ok: true,
      value: { version: '0.0.0-test', build: null, host: 'browser', hasNativeDialogs: false },
    });
    page.close();
  });
});
