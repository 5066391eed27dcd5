import type { PickedFile } from '../../../src-shared/contract/bridge.ts';
import type { CallInput, OpenedSource } from '../../../src-shared/contract/calls.ts';
import type { JobName, JobResults } from '../../../src-shared/contract/events.ts';
import type { DatasetDetail, DatasetSummary } from '../../../src-shared/domain/workspace.ts';
import { UserError } from '../../../src-shared/errors.ts';
import type { MainSide } from '../../bridge/MainSide.ts';
import { Task } from '../../bridge/Task.svelte.ts';
import type { DatasetPageName } from './datasetPages.ts';
import { importText } from './importText.ts';

/** A growing or much labelled data set is described anew this often. */
const refreshMs = 700;

/** What the Datasets place shows; it outlives a visit to another place. */
export class DatasetsSession {
  /** Null until the list has arrived. */
  list = $state.raw<readonly DatasetSummary[] | null>(null);
  /** The opened data set; null for the list. */
  opened = $state.raw<DatasetDetail | null>(null);
  page = $state<DatasetPageName>('label');
  /** Pictures that the Label tab shows when it is opened next; null: all. */
  chosenPictures: number[] | null = null;
  isCopying = $state(false);
  /** What was done last. */
  told = $state<string | null>(null);
  /** Counts up when pictures came or went, so that whatever shows them loads them anew. */
  pictureVersion = $state(0);
  readonly main: MainSide;
  readonly task: Task;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(main: MainSide) {
    this.main = main;
    this.task = new Task(main);
  }

  /** Keeps what is shown up to date until the returned function is called. */
  follow(): () => void {
    const stops = [
      this.main.on('datasetChanged', () => {
        this.#timer ??= setTimeout(() => void this.refresh(), refreshMs);
      }),
      this.main.watchConnection((state) => {
        if (state === 'connected') void this.refresh();
      }),
    ];
    void this.refresh();
    return () => {
      stops.forEach((stop) => stop());
      clearTimeout(this.#timer);
      this.#timer = undefined;
    };
  }

  /** Describes the list, or the opened data set, anew. */
  async refresh(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#attempt(async () => {
      if (this.opened === null) this.list = (await this.main.call('listDatasets', {})).datasets;
      else this.#show(await this.main.call('openDataset', { dataset: this.opened.id }));
    });
  }

  async open(dataset: number): Promise<void> {
    await this.#attempt(async () => {
      this.opened = await this.main.call('openDataset', { dataset });
    });
  }

  async close(): Promise<void> {
    this.opened = null;
    this.told = null;
    await this.refresh();
  }

  async create(name: string): Promise<void> {
    await this.#attempt(async () => {
      this.opened = await this.main.call('createDataset', { name });
      this.page = 'label';
    });
  }

  async remove(): Promise<void> {
    const { opened } = this;
    if (opened === null) return;
    await this.#attempt(async () => {
      await this.main.call('removeDataset', { dataset: opened.id });
      await this.close();
    });
  }

  /** Opens the system's dialog where there is one, and imports what was chosen. */
  async chooseAndImport(kind: 'files' | 'folder'): Promise<void> {
    await this.#attempt(async () => {
      const { sources } = await this.main.call('chooseSources', { kind });
      await this.#import(sources.map(({ source }) => source));
    });
  }

  /** Imports files that were picked or dropped. Without an opened data set, into a new one. */
  async importFiles(picked: readonly PickedFile[] | Promise<readonly PickedFile[]>): Promise<void> {
    await this.#attempt(async () => {
      const files = await picked;
      if (files.length === 0) return;
      if (this.task.running !== null) throw new UserError('dataset-busy');
      const sources: OpenedSource[] = [];
      await this.task.work('Handing over files', async (options) => {
        sources.push(...(await this.main.addFiles(files, options)));
      });
      if (sources.length === 0) return;
      if (this.opened === null) await this.create(sources[0]?.name ?? 'New data set');
      await this.#import(sources.map(({ source }) => source));
    });
  }

  /** Opens pictures in the Label tab. */
  showInLabel(ids: number[]): void {
    this.chosenPictures = ids;
    this.page = 'label';
  }

  async lookAgain(): Promise<void> {
    const { opened } = this;
    if (opened === null) return;
    const summary = await this.runJob('refreshDataset', { dataset: opened.id }, 'Looking for changes');
    if (summary !== null) await this.#imported(summary);
  }

  /** Runs a job with its progress on the screen. @returns null where it was cancelled or failed, which is told */
  async runJob<Name extends JobName>(
    name: Name,
    input: CallInput<Name>,
    label: string,
  ): Promise<JobResults[Name] | null> {
    const results: JobResults[Name][] = [];
    await this.task.run(label, name, input, (result) => void results.push(result));
    return results[0] ?? null;
  }

  /** Does something short and tells of its failure; what failed before stays told. */
  async #attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.task.tell(error);
    }
  }

  async #import(sources: string[]): Promise<void> {
    const { opened, isCopying } = this;
    if (opened === null || sources.length === 0) return;
    const input = { dataset: opened.id, sources, isCopying };
    const summary = await this.runJob('importPictures', input, 'Importing');
    if (summary !== null) await this.#imported(summary);
    else await this.refresh();
    this.pictureVersion++;
  }

  async #imported(summary: JobResults['importPictures']): Promise<void> {
    this.told = importText(summary);
    await this.refresh();
    this.pictureVersion++;
  }

  #show(detail: DatasetDetail): void {
    const before = this.opened;
    if (before?.id !== detail.id) return;
    this.opened = detail;
    const countOf = ({ pictures, quarantined }: DatasetDetail) => pictures + quarantined;
    if (countOf(before) !== countOf(detail)) this.pictureVersion++;
  }
}
