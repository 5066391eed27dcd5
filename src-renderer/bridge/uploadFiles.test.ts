import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { uploadFiles } from './uploadFiles.ts';

describe('uploadFiles against a real server', () => {
  let server: Server;
  let received: Map<string, string>;
  let refuseFiles: boolean;
  let foreignRequests: number;

  const page = () => new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const inFolder = (path: string, content: string) =>
    Object.defineProperty(new File([content], path.split('/').at(-1) ?? ''), 'webkitRelativePath', {
      value: path,
    });

  beforeEach(async () => {
    received = new Map();
    refuseFiles = false;
    foreignRequests = 0;
    server = createServer((request, response) => {
      const url = new URL(request.url ?? '', 'http://localhost');
      if (request.headers['x-bratum'] !== '1') foreignRequests++;
      const json = (body: unknown, status = 200) => response.writeHead(status).end(JSON.stringify(body));
      void text(request).then((body) => {
        if (request.method === 'POST' && url.pathname === '/uploads') return json({ upload: 'u7' });
        if (url.pathname === '/uploads/u7/done')
          return json({ ok: true, value: [{ source: 's1', name: 'head' }] });
        if (refuseFiles)
          return json({ ok: false, error: { code: 'file-too-large', detail: { file: 'a.dcm' } } }, 413);
        received.set(`${request.method} ${url.pathname} ${url.searchParams.get('path')}`, body);
        return json({});
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => new Promise<void>((resolve) => void server.close(() => resolve())));

  it('puts every file under its path in the picked folder and returns the handles', async () => {
    const files = [
      inFolder('head/T1 & T2/a#1.dcm', 'one'),
      inFolder('head/ü.dcm', 'two'),
      new File(['three'], 'c.png'),
    ];
    const steps: string[] = [];
    const outcome = await uploadFiles(page(), files, {
      onProgress: (done, total) => steps.push(`${done}/${total}`),
    });
    expect(outcome).toEqual({ ok: true, value: [{ source: 's1', name: 'head' }] });
    expect(Object.fromEntries(received)).toEqual({
      'PUT /uploads/u7/files head/T1 & T2/a#1.dcm': 'one',
      'PUT /uploads/u7/files head/ü.dcm': 'two',
      'PUT /uploads/u7/files c.png': 'three',
    });
    expect(steps).toEqual(['1/3', '2/3', '3/3']);
    expect(foreignRequests).toBe(0);
  });

  it('returns the typed error that the host refused a file with', async () => {
    refuseFiles = true;
    const outcome = await uploadFiles(page(), [new File(['x'], 'a.dcm')]);
    expect(outcome).toEqual({ ok: false, error: { code: 'file-too-large', detail: { file: 'a.dcm' } } });
  });

  it('says cancelled when the signal was aborted, and sends no further files', async () => {
    const run = new AbortController();
    const files = Array.from({ length: 50 }, (_, i) => new File(['x'], `${i}.dcm`));
    const outcome = await uploadFiles(page(), files, { signal: run.signal, onProgress: () => run.abort() });
    expect(outcome).toEqual({ ok: false, error: { code: 'cancelled', detail: {} } });
    expect(received.size).toBeLessThan(10);
  });

  it('says connection-lost where nobody listens', async () => {
    const address = page();
    await new Promise<void>((resolve) => void server.close(() => resolve()));
    const outcome = await uploadFiles(address, [new File(['x'], 'a.dcm')]);
    expect(outcome).toEqual({ ok: false, error: { code: 'connection-lost', detail: {} } });
    server = createServer().listen(0);
  });
});
