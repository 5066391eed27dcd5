import { once } from 'node:events';
import { WebSocket } from 'ws';
import { decodeMessage, encodeMessage } from '../../../src-shared/contract/codec.ts';
import type { CallInput, CallName, CallOutput } from '../../../src-shared/contract/calls.ts';
import type { HostEvent, JobName, JobResults } from '../../../src-shared/contract/events.ts';
import type { Outcome } from '../../../src-shared/errors.ts';

type Message = { id: number; outcome: Outcome<unknown> } | { event: HostEvent };

/** A page's connection, over a real WebSocket. */
export class PageSocket {
  readonly events: HostEvent[] = [];
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (outcome: Outcome<unknown>) => void>();
  #listener: (event: HostEvent) => void = () => undefined;
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (bytes: Buffer) => this.#receive(decodeMessage(bytes) as Message));
  }

  static async open(port: number, cookie: string): Promise<PageSocket> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/socket`, {
      headers: { cookie, origin: `http://127.0.0.1:${port}` },
    });
    const page = new PageSocket(socket);
    await once(socket, 'open');
    return page;
  }

  /** Sends whatever it is given, however wrong. */
  send(message: Uint8Array | string): void {
    this.#socket.send(message);
  }

  /** The close code of the host's goodbye. */
  async closed(): Promise<number> {
    const [code] = (await once(this.#socket, 'close')) as [number];
    return code;
  }

  ask(call: string, input: unknown): Promise<Outcome<unknown>> {
    const id = ++this.#lastId;
    this.#socket.send(encodeMessage({ id, call, input }));
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  async call<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>> {
    const outcome = await this.ask(name, input);
    if (!outcome.ok) throw new Error(outcome.error.code);
    return outcome.value as CallOutput<Name>;
  }

  /** Starts a job and waits for its result. */
  async runJob<Name extends JobName>(name: Name, input: CallInput<Name>): Promise<JobResults[Name]> {
    const ended = new Promise<HostEvent>((resolve) => {
      this.#listener = (event) => event.name === 'jobEnded' && resolve(event);
    });
    await this.call(name, input);
    const event = await ended;
    if (event.name !== 'jobEnded' || !event.payload.outcome.ok) throw new Error(JSON.stringify(event));
    return event.payload.outcome.value as JobResults[Name];
  }

  close(): void {
    this.#socket.close();
  }

  #receive(message: Message): void {
    if ('event' in message) {
      this.events.push(message.event);
      this.#listener(message.event);
    } else {
      this.#waiting.get(message.id)?.(message.outcome);
      this.#waiting.delete(message.id);
    }
  }
}
