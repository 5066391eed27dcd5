import type { CallInput } from '../../../src-shared/contract/calls.ts';
import type { DeliveredFile } from '../../../src-shared/contract/delivery.ts';
import type { MainSide } from '../../bridge/MainSide.ts';
import { receiveFile } from '../../bridge/receiveFile.ts';
import { Task } from '../../bridge/Task.svelte.ts';
import { countText } from '../../text/numberTexts.ts';

/** What was just done, and how to take it back where that is possible. */
export interface Deed {
  text: string;
  undo: (() => Promise<void>) | null;
}

/** What one does to cases: the trash and back, erasing, tables and reports. */
export class CaseActions {
  deed = $state.raw<Deed | null>(null);
  readonly task: Task;
  readonly #main: MainSide;
  readonly #onGone: () => void;

  /** @param onGone - hears when cases left the list that they were chosen in */
  constructor(main: MainSide, onGone: () => void) {
    this.#main = main;
    this.task = new Task(main);
    this.#onGone = onGone;
  }

  /** Moves cases to the trash; can be undone. */
  async trash(ids: readonly string[]): Promise<void> {
    await this.task.try(async () => {
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
    await this.task.try(async () => {
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
    const take = ({ erased }: { erased: number }) => {
      this.#onGone();
      this.deed = { text: `${countText(erased, 'case')} erased for good`, undo: null };
    };
    if (ids === 'everything') await this.task.run('Erasing', 'emptyTrash', {}, take);
    else await this.task.run('Erasing', 'eraseCases', { ids: [...ids] }, take);
  }

  /** Makes a table of cases and hands it over. */
  async exportTable(input: CallInput<'exportCases'>): Promise<void> {
    await this.task.run('Writing the table', 'exportCases', input, (file) => this.#receive(file));
  }

  /** Makes the report of a case and hands it over. */
  async exportReport(input: CallInput<'exportReport'>): Promise<void> {
    await this.task.run('Writing the report', 'exportReport', input, (file) => this.#receive(file));
  }

  /** Stops what is under way. */
  cancel(): void {
    this.task.cancel();
  }

  #receive(file: DeliveredFile): void {
    receiveFile(file);
    this.deed = { text: `${file.name} is ready`, undo: null };
  }

  async #undo(action: () => Promise<unknown>): Promise<void> {
    this.deed = null;
    await this.task.try(action);
  }
}
