import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocketServer, type WebSocket as ServerSocket } from 'ws';
import { decodeMessage, encodeMessage } from '../../src-shared/contract/codec.ts';
import type { HostEvent } from '../../src-shared/contract/events.ts';
import { WebSocketConnection } from './WebSocketConnection.ts';

interface Request {
  id: number;
  call: string;
  input: unknown;
}

describe('WebSocketConnection against a real server', () => {
  let server: Server;
  let sockets: WebSocketServer;
  let connection: WebSocketConnection;
  let answer: (socket: ServerSocket, request: Request) => void;

  const page = () => new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const listenAt = (port: number) =>
    new Promise<void>((resolve) => {
      server = createServer();
      sockets = new WebSocketServer({ server, path: '/socket' });
      sockets.on('connection', (socket) =>
        socket.on('message', (bytes: Buffer) => answer(socket, decodeMessage(bytes) as Request)),
      );
      server.listen(port, '127.0.0.1', resolve);
    });
  const stop = () =>
    new Promise<void>((resolve) => {
      for (const socket of sockets.clients) socket.terminate();
      server.close(() => resolve());
    });
  const stateBecomes = (state: string) =>
    new Promise<void>((resolve) => {
      if (connection.state === state) resolve();
      else connection.watchState((current) => current === state && resolve());
    });

  beforeEach(() => listenAt(0));
  afterEach(async () => {
    connection.close();
    await stop();
  });

  it('carries typed arrays both ways and matches answers that come out of order', async () => {
    const waiting: Request[] = [];
    answer = (socket, request) => {
      waiting.unshift(request);
      if (waiting.length < 2) return;
      for (const { id, input } of waiting)
        socket.send(encodeMessage({ id, outcome: { ok: true, value: input } }));
    };
    connection = new WebSocketConnection(page());
    const [first, second] = await Promise.all([
      connection.call('readSlice', { samples: Int16Array.of(-5, 7) }),
      connection.call('readSlice', { samples: Float32Array.of(0.5) }),
    ]);
    expect(first).toEqual({ ok: true, value: { samples: Int16Array.of(-5, 7) } });
    expect(second).toEqual({ ok: true, value: { samples: Float32Array.of(0.5) } });
  });

  it('hands events to every listener until it stops listening', async () => {
    answer = (socket, { id }) => {
      socket.send(encodeMessage({ event: { name: 'casesChanged', payload: {} } }));
      socket.send(encodeMessage({ id, outcome: { ok: true, value: null } }));
    };
    connection = new WebSocketConnection(page());
    const heard: HostEvent[] = [];
    const stopListening = connection.listen((event) => heard.push(event));
    await connection.call('listModels', {});
    stopListening();
    await connection.call('listModels', {});
    expect(heard).toEqual([{ name: 'casesChanged', payload: {} }]);
  });

  it('fails what was under way when the server goes, refuses calls meanwhile, and comes back by itself', async () => {
    answer = () => undefined;
    connection = new WebSocketConnection(page());
    const { port } = page();
    await stateBecomes('connected');
    const unanswered = connection.call('listModels', {});
    await stop();
    const lost = { ok: false, error: { code: 'connection-lost', detail: {} } };
    expect(await unanswered).toEqual(lost);
    expect(await connection.call('listModels', {})).toEqual(lost);

    answer = (socket, { id }) => socket.send(encodeMessage({ id, outcome: { ok: true, value: 'again' } }));
    await listenAt(Number(port));
    await stateBecomes('connected');
    expect(await connection.call('listModels', {})).toEqual({ ok: true, value: 'again' });
  });
});
