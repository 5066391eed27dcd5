import type { CallInput, CallOutput } from '../../../src-shared/contract/calls.ts';
import { pictureFilterSchema } from '../../../src-shared/contract/pictureSelection.ts';
import type { PictureSubset } from '../../../src-shared/contract/subsetCalls.ts';
import type { MainSide } from '../../bridge/MainSide.ts';
import { Task } from '../../bridge/Task.svelte.ts';

type Filter = NonNullable<CallInput<'listPictures'>['filter']>;

/** Labels come faster than counts need to follow. */
const restMs = 400;

/** The subsets of a data set with their progress. */
export class Subsets {
  list = $state.raw<readonly PictureSubset[]>([]);
  readonly task: Task;
  readonly #main: MainSide;
  readonly #dataset: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(main: MainSide, dataset: number) {
    this.#main = main;
    this.#dataset = dataset;
    this.task = new Task(main);
  }

  /** Counts anew once nothing has changed for a moment; the returned function takes that back. */
  loadSoon(): () => void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load(), restMs);
    return () => clearTimeout(this.#timer);
  }

  load(): Promise<void> {
    return this.#show(this.#main.call('listSubsets', { dataset: this.#dataset }));
  }

  keep(name: string, filter: Filter): Promise<void> {
    const parsed = pictureFilterSchema.parse(filter);
    return this.#show(this.#main.call('saveSubset', { dataset: this.#dataset, name, filter: parsed }));
  }

  remove(item: number): Promise<void> {
    return this.#show(this.#main.call('removeSubset', { dataset: this.#dataset, item }));
  }

  /** The subset that a filter is; null for one without a name. */
  of(filter: Filter): PictureSubset | null {
    const wanted = JSON.stringify(pictureFilterSchema.parse(filter));
    return this.list.find((subset) => JSON.stringify(subset.filter) === wanted) ?? null;
  }

  #show(answer: Promise<CallOutput<'listSubsets'>>): Promise<void> {
    return this.task.try(async () => {
      this.list = (await answer).subsets;
    });
  }
}
