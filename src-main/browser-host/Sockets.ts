import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { decodeMessage, encodeMessage } from '../../src-shared/contract/codec.ts';
import type { HostEvent } from '../../src-shared/contract/events.ts';
import type { Outcome } from '../../src-shared/errors.ts';
import { reportFailure } from '../calls/reportFailure.ts';

/** Room for the handles of 100,000 slices, the largest input that a call accepts. */
const maxMessageBytes = 16 * 2 ** 20;

/** A page that reads so slowly that this much waits for it is cut off rather than buffered for. */
const maxWaitingBytes = 512 * 2 ** 20;

const pingEveryMs = 30_000;
const partingMs = 1_000;

/** WebSocket close codes (RFC 6455, 7.4.1). */
const goingAway = 1001;
const unsupportedData = 1003;
const policyViolation = 1008;

const requestSchema = z.object({
  id: z.number().int().nonnegative(),
  call: z.string().max(64),
  input: z.unknown(),
});

type Dispatch = (call: string, input: unknown) => Promise<Outcome<unknown>>;

/** Every page's connection: calls come in, outcomes and events go out, each as one binary message. */
export class Sockets {
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
  });
  readonly #dispatch: Dispatch;
  readonly #silent = new WeakSet<WebSocket>();
  readonly #pinging: NodeJS.Timeout;

  constructor(dispatch: Dispatch) {
    this.#dispatch = dispatch;
    this.#pinging = setInterval(() => this.#dropSilent(), pingEveryMs);
    this.#pinging.unref();
  }

  /** Completes the handshake of a request that was found to be allowed. */
  accept(request: IncomingMessage, connection: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, connection, head, (socket) => {
      socket.binaryType = 'nodebuffer';
      socket.on('message', (message, isBinary) => {
        if (isBinary) void this.#answer(socket, message as Buffer);
        else socket.close(unsupportedData);
      });
      socket.on('pong', () => this.#silent.delete(socket));
      // `ws` closes the connection itself; without a listener the error would end the process.
      socket.on('error', () => socket.terminate());
    });
  }

  /** Sends an event to every page. */
  broadcast(event: HostEvent): void {
    const message = encodeMessage({ event });
    for (const socket of this.#server.clients) this.#send(socket, message);
  }

  /** Says goodbye to every page, and hangs up on those that do not answer. */
  async close(): Promise<void> {
    clearInterval(this.#pinging);
    this.#server.close();
    const pages = [...this.#server.clients];
    const partings = pages.map((socket) => once(socket, 'close'));
    for (const socket of pages) socket.close(goingAway);
    const hangUp = setTimeout(() => pages.forEach((socket) => socket.terminate()), partingMs);
    await Promise.all(partings);
    clearTimeout(hangUp);
  }

  async #answer(socket: WebSocket, message: Buffer): Promise<void> {
    const request = parseRequest(message);
    if (request === null) return socket.close(policyViolation);
    const outcome = await this.#dispatch(request.call, request.input);
    this.#send(socket, encodeOutcome(request.id, outcome));
  }

  #send(socket: WebSocket, message: Uint8Array): void {
    if (socket.readyState !== WebSocket.OPEN) return;
    if (socket.bufferedAmount > maxWaitingBytes) socket.terminate();
    else socket.send(message);
  }

  #dropSilent(): void {
    for (const socket of this.#server.clients) {
      if (this.#silent.has(socket)) socket.terminate();
      this.#silent.add(socket);
      socket.ping();
    }
  }
}

function parseRequest(message: Buffer): z.infer<typeof requestSchema> | null {
  try {
    return requestSchema.parse(decodeMessage(message));
  } catch {
    return null;
  }
}

/** A value that cannot be encoded is a bug of the call, not the end of the connection. */
function encodeOutcome(id: number, outcome: Outcome<unknown>): Uint8Array {
  try {
    return encodeMessage({ id, outcome });
  } catch (error) {
    return encodeMessage({ id, outcome: { ok: false, error: reportFailure(error) } });
  }
}
