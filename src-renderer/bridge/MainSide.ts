import type { PickedFile } from '../../src-shared/contract/bridge.ts';
import type { CallInput, CallName, CallOutput, OpenedSource } from '../../src-shared/contract/calls.ts';
import type { EventPayloads, HostEvent, JobName, JobResults } from '../../src-shared/contract/events.ts';
import { UserError, type Outcome } from '../../src-shared/errors.ts';
import type { Connection, ConnectionState, UploadOptions } from './Connection.ts';

export interface JobOptions {
  /** Aborting it cancels the job; the promise then rejects with 'cancelled'. */
  signal?: AbortSignal;
  onProgress?: (done: number, total: number | null) => void;
  onSliceAnalysed?: (payload: EventPayloads['sliceAnalysed']) => void;
}

/** The main side as the renderer sees it: the contract's calls with their types, jobs as promises. */
export class MainSide {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  get connectionState(): ConnectionState {
    return this.#connection.state;
  }

  watchConnection(listener: (state: ConnectionState) => void): () => void {
    return this.#connection.watchState(listener);
  }

  /** @throws UserError with the failure that the main side answered */
  async call<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>> {
    return valueOf(await this.#connection.call(name, input)) as CallOutput<Name>;
  }

  /** @throws UserError as `call` does; 'cancelled' when the upload was aborted */
  async addFiles(files: readonly PickedFile[], options: UploadOptions = {}): Promise<OpenedSource[]> {
    return valueOf(await this.#connection.addFiles(files, options));
  }

  /** Calls the listener on every event of that name until the returned function is called. */
  on<Name extends HostEvent['name']>(
    name: Name,
    listener: (payload: EventPayloads[Name]) => void,
  ): () => void {
    return this.#connection.listen((event) => {
      if (event.name === name) listener(event.payload as EventPayloads[Name]);
    });
  }

  /**
   * Starts a job and waits for its end.
   *
   * @throws UserError with the job's failure; 'connection-lost' when the connection broke meanwhile
   */
  async runJob<Name extends JobName>(
    name: Name,
    input: CallInput<Name>,
    { signal, onProgress, onSliceAnalysed }: JobOptions = {},
  ): Promise<JobResults[Name]> {
    if (signal?.aborted) throw new UserError('cancelled');
    const ended = Promise.withResolvers<Outcome<JobResults[Name]>>();
    let job: string | null = null;
    // Events may overtake the answer that names the job; they wait here for it.
    const early: HostEvent[] = [];

    const handle = (event: HostEvent) => {
      if (!('job' in event.payload) || event.payload.job !== job) return;
      if (event.name === 'jobProgressed') onProgress?.(event.payload.done, event.payload.total);
      if (event.name === 'sliceAnalysed') onSliceAnalysed?.(event.payload);
      if (event.name === 'jobEnded') ended.resolve(event.payload.outcome as Outcome<JobResults[Name]>);
    };
    const cancel = () => {
      // A job that already ended, or a lost connection: there is nothing left to cancel.
      if (job !== null) this.call('cancelJob', { job }).catch(() => undefined);
    };
    const stopListening = this.#connection.listen((event) =>
      job === null ? early.push(event) : handle(event),
    );
    const stopWatching = this.#connection.watchState((state) => {
      if (state === 'lost') ended.reject(new UserError('connection-lost'));
    });
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      ({ job } = await this.call(name, input));
      early.forEach(handle);
      if (signal?.aborted) cancel();
      return valueOf(await ended.promise);
    } finally {
      // A rejection that nobody waits for any more must not count as unhandled.
      ended.promise.catch(() => undefined);
      signal?.removeEventListener('abort', cancel);
      stopWatching();
      stopListening();
    }
  }
}

function valueOf<Value>(outcome: Outcome<Value>): Value {
  if (!outcome.ok) throw new UserError(outcome.error.code, outcome.error.detail);
  return outcome.value;
}
