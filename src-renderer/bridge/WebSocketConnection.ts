import type { PickedFile } from '../../src-shared/contract/bridge.ts';
import type { OpenedSource } from '../../src-shared/contract/calls.ts';
import { decodeMessage, encodeMessage } from '../../src-shared/contract/codec.ts';
import type { HostEvent } from '../../src-shared/contract/events.ts';
import type { Outcome } from '../../src-shared/errors.ts';
import type { Connection, ConnectionState, UploadOptions } from './Connection.ts';
import { uploadFiles } from './uploadFiles.ts';

const firstRetryMs = 500;
const longestRetryMs = 8_000;

/** What the browser host sends: the answer to a call, or an event. */
type HostMessage = { id: number; outcome: Outcome<unknown> } | { event: HostEvent };

interface PendingCall {
  bytes: Uint8Array<ArrayBuffer>;
  settle: (outcome: Outcome<unknown>) => void;
}

const connectionLost: Outcome<never> = { ok: false, error: { code: 'connection-lost', detail: {} } };

/**
 * The contract over the browser host's WebSocket: binary MessagePack frames, `{ id, call, input }` one way,
 * `{ id, outcome }` and `{ event }` the other. It reconnects by itself, waiting twice as long after each
 * failure. Calls that were under way when the connection broke fail with 'connection-lost', since nobody
 * knows how far they came; calls made while the first connection is being built wait for it.
 */
export class WebSocketConnection implements Connection {
  state: ConnectionState = 'connecting';
  readonly #page: URL;
  readonly #pending = new Map<number, PendingCall>();
  readonly #eventListeners = new Set<(event: HostEvent) => void>();
  readonly #stateListeners = new Set<(state: ConnectionState) => void>();
  #socket: WebSocket | null = null;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #retryMs = firstRetryMs;
  #lastId = 0;

  /** @param page - address of the page; the socket and the uploads are at the same host */
  constructor(page: URL) {
    this.#page = page;
    this.#open();
  }

  call(name: string, input: unknown): Promise<Outcome<unknown>> {
    if (this.state === 'lost') return Promise.resolve(connectionLost);
    const id = ++this.#lastId;
    const bytes = encodeMessage({ id, call: name, input });
    return new Promise((settle) => {
      this.#pending.set(id, { bytes, settle });
      if (this.state === 'connected') this.#socket?.send(bytes);
    });
  }

  listen(listener: (event: HostEvent) => void): () => void {
    this.#eventListeners.add(listener);
    return () => this.#eventListeners.delete(listener);
  }

  watchState(listener: (state: ConnectionState) => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  addFiles(files: readonly PickedFile[], options: UploadOptions = {}): Promise<Outcome<OpenedSource[]>> {
    return uploadFiles(this.#page, files as readonly File[], options);
  }

  /** Ends the connection for good. */
  close(): void {
    clearTimeout(this.#retryTimer);
    this.#eventListeners.clear();
    this.#stateListeners.clear();
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.#failPending();
  }

  #open(): void {
    const address = new URL('/socket', this.#page);
    address.protocol = this.#page.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(address);
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => this.#opened(socket);
    socket.onmessage = ({ data }) =>
      this.#received(decodeMessage(new Uint8Array(data as ArrayBuffer)) as HostMessage);
    socket.onclose = () => this.#closed(socket);
    this.#socket = socket;
  }

  #opened(socket: WebSocket): void {
    this.#retryMs = firstRetryMs;
    for (const { bytes } of this.#pending.values()) socket.send(bytes);
    this.#changeState('connected');
  }

  #received(message: HostMessage): void {
    if ('event' in message) {
      for (const listener of this.#eventListeners) listener(message.event);
      return;
    }
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    pending?.settle(message.outcome);
  }

  #closed(socket: WebSocket): void {
    if (socket !== this.#socket) return;
    this.#changeState('lost');
    this.#failPending();
    this.#retryTimer = setTimeout(() => this.#open(), this.#retryMs);
    this.#retryMs = Math.min(longestRetryMs, this.#retryMs * 2);
  }

  #failPending(): void {
    for (const { settle } of this.#pending.values()) settle(connectionLost);
    this.#pending.clear();
  }

  #changeState(state: ConnectionState): void {
    if (state === this.state) return;
    this.state = state;
    for (const listener of this.#stateListeners) listener(state);
  }
}
