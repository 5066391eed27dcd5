import type { CallInput } from '../../../src-shared/contract/calls.ts';
import type { JobName, JobResults } from '../../../src-shared/contract/events.ts';
import { toFailure, type Failure } from '../../../src-shared/errors.ts';
import type { MainSide } from '../../bridge/MainSide.ts';
import { receiveFile } from '../../bridge/receiveFile.ts';
import { countText } from '../../text/numberTexts.ts';

/** What was just done, and how to take it back where that is possible. */
export interface Deed {
  text: string;
  undo: (() => Promise<void>) | null;
}

/** Long work that is under way. */
export interface RunningTask {
  label: string;
  done: number;
  total: number | null;
}

/** What one does to cases: the trash and back, erasing, tables and reports. */
export class CaseActions {
  deed = $state.raw<Deed | null>(null);
  running = $state.raw<RunningTask | null>(null);
  failure = $state.raw<Failure | null>(null);
  readonly #main: MainSide;
  readonly #onGone: () => void;
  #run: AbortController | null = null;

  /** @param onGone - hears when cases left the list that they were chosen in */
  constructor(main: MainSide, onGone: () => void) {
    this.#main = main;
    this.#onGone = onGone;
  }

  /** Moves cases to the trash; can be undone. */
  async trash(ids: readonly string[]): Promise<void> {
    await this.#try(async () => {
      const moved = await this.#main.call('trashCases', { ids: [...ids] });
      this.#onGone();
      this.deed = {
        text: `${countText(moved.ids.length, 'case')} moved to the trash`,
        undo: () => this.#undo(() => this.#main.call('restoreCases', moved)),
      };
    });
  }

  /** Takes cases out of the trash; can be undone. */
  async restore(ids: readonly string[]): Promise<void> {
    await this.#try(async () => {
      const moved = await this.#main.call('restoreCases', { ids: [...ids] });
      this.#onGone();
      this.deed = {
        text: `${countText(moved.ids.length, 'case')} restored`,
        undo: () => this.#undo(() => this.#main.call('trashCases', moved)),
      };
    });
  }

  /** Erases cases of the trash, or all of it, for good. */
  async erase(ids: readonly string[] | 'everything'): Promise<void> {
    const label = 'Erasing';
    const result =
      ids === 'everything'
        ? await this.#runJob('emptyTrash', {}, label)
        : await this.#runJob('eraseCases', { ids: [...ids] }, label);
    if (result === null) return;
    this.#onGone();
    this.deed = { text: `${countText(result.erased, 'case')} erased for good`, undo: null };
  }

  /** Makes a table of cases and hands it over. */
  async exportTable(input: CallInput<'exportCases'>): Promise<void> {
    await this.#deliver('exportCases', input, 'Writing the table');
  }

  /** Makes the report of a case and hands it over. */
  async exportReport(input: CallInput<'exportReport'>): Promise<void> {
    await this.#deliver('exportReport', input, 'Writing the report');
  }

  /** Stops what is under way. */
  cancel(): void {
    this.#run?.abort();
  }

  async #deliver<Name extends 'exportCases' | 'exportReport'>(
    name: Name,
    input: CallInput<Name>,
    label: string,
  ): Promise<void> {
    const file = await this.#runJob(name, input, label);
    if (file === null) return;
    receiveFile(file);
    this.deed = { text: `${file.name} is ready`, undo: null };
  }

  /** @returns null where the job was cancelled or failed, which is told on the screen */
  async #runJob<Name extends JobName>(
    name: Name,
    input: CallInput<Name>,
    label: string,
  ): Promise<JobResults[Name] | null> {
    if (this.#run !== null) return null;
    const run = new AbortController();
    this.#run = run;
    this.running = { label, done: 0, total: null };
    const onProgress = (done: number, total: number | null) => (this.running = { label, done, total });
    let result: JobResults[Name] | null = null;
    await this.#try(async () => {
      result = await this.#main.runJob(name, input, { signal: run.signal, onProgress });
    });
    this.#run = null;
    this.running = null;
    return result;
  }

  async #undo(action: () => Promise<unknown>): Promise<void> {
    this.deed = null;
    await this.#try(action);
  }

  async #try(action: () => Promise<unknown>): Promise<void> {
    this.failure = null;
    try {
      await action();
    } catch (error) {
      const failure = toFailure(error);
      if (failure.code !== 'cancelled') this.failure = failure;
    }
  }
}
