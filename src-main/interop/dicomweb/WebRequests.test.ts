import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { WebRequests, type WebOptions } from './WebRequests.ts';

const retries = { attempts: 3, firstDelayMs: 1 };
let server: Server | null = null;
let asked: IncomingMessage[] = [];

/** A service whose n-th answer the n-th function gives; the last one goes on. */
async function serve(...answers: ((response: ServerResponse, request: IncomingMessage) => void)[]) {
  asked = [];
  server = createServer((request, response) => {
    const answer = answers[Math.min(asked.push(request), answers.length) - 1];
    request.resume().once('end', () => answer?.(response, request));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/dicom-web/`;
}

const requests = (root: string, options: WebOptions = {}): WebRequests =>
  new WebRequests(root, 'archive', { retries, ...options });
const status =
  (code: number, text = '') =>
  (response: ServerResponse) =>
    void response.writeHead(code).end(text);

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
});

test('a busy or broken server is asked again, the answer is whole, and who asks is said', async () => {
  const root = await serve(
    status(503),
    (response) => void response.destroy(),
    (response) => void response.setHeader('Content-Type', 'text/plain').end('here'),
  );
  const answer = await requests(root, { credentials: { user: 'me', password: 'pä:ss' } }).send(
    '/studies',
    'x/y',
  );
  expect({ ...answer, body: Buffer.from(answer.body).toString() }).toEqual({
    ...{ status: 200, contentType: 'text/plain', body: 'here' },
  });
  expect(asked.map(({ url }) => url)).toEqual(Array(3).fill('/dicom-web/studies'));
  expect(asked[2]?.headers).toMatchObject({
    accept: 'x/y',
    authorization: `Basic ${Buffer.from('me:pä:ss').toString('base64')}`,
  });
});

test('a post carries its body, its length and a token', async () => {
  let body = '';
  const root = await serve((response, request) => {
    body = String(request.headers['content-length']);
    response.end();
  });
  await requests(root, { credentials: { token: 't' } }).send('/studies', 'x/y', {
    body: Uint8Array.of(1, 2, 3),
    contentType: 'a/b',
  });
  expect(body).toBe('3');
  expect(asked[0]).toMatchObject({
    method: 'POST',
    headers: { 'content-type': 'a/b', authorization: 'Bearer t' },
  });
});

test.each([
  [401, 'pacs-unauthorised', 1],
  [403, 'pacs-unauthorised', 1],
  [404, 'pacs-refused', 1],
  [400, 'pacs-refused', 1],
  [302, 'pacs-refused', 1],
  [500, 'pacs-unreachable', 3],
  [429, 'pacs-unreachable', 3],
])('status %i is %s after %i attempts', async (code, error, attempts) => {
  const root = await serve((response) => void response.writeHead(code, { Location: '/elsewhere' }).end());
  await expect(requests(root).send('/studies', 'x/y')).rejects.toMatchObject({ code: error });
  expect(asked).toHaveLength(attempts);
});

test('an answer that is cut off is no answer', async () => {
  const root = await serve((response) => {
    response.writeHead(200, { 'Content-Length': 10 }).write('half');
    setImmediate(() => response.destroy());
  });
  await expect(requests(root).send('/studies', 'x/y')).rejects.toMatchObject({ code: 'pacs-unreachable' });
});

test('silence ends with the time-out, and cancelling ends the wait', async () => {
  const root = await serve(() => undefined);
  await expect(requests(root, { timeoutMs: 30 }).send('/studies', 'x/y')).rejects.toMatchObject({
    code: 'pacs-unreachable',
    detail: { reason: 'No answer within 0.03 s.' },
  });
  const controller = new AbortController();
  const waiting = requests(root, { signal: controller.signal }).send('/studies', 'x/y');
  setTimeout(() => controller.abort(), 20);
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
});

test('nobody there is a code of the system, and no address', async () => {
  const root = await serve(status(200));
  server?.close();
  const failure: unknown = await requests(root)
    .send('/studies', 'x/y')
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({
    code: 'pacs-unreachable',
    detail: { server: 'archive', reason: 'ECONNREFUSED.' },
  });
});
