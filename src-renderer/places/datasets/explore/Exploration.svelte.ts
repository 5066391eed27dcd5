import type { Distributions, FeatureMap } from '../../../../src-shared/domain/exploration.ts';
import type { SavedItem } from '../../../../src-shared/domain/workspace.ts';
import type { MainSide } from '../../../bridge/MainSide.ts';
import { Task } from '../../../bridge/Task.svelte.ts';
import { colourings, splitColouring, type Colouring } from './mapColours.ts';

/** What the Explore tab shows of one data set. */
export class Exploration {
  distributions = $state.raw<Distributions | null>(null);
  /** Null where none was made; undefined until it has come. */
  map = $state.raw<FeatureMap | null | undefined>(undefined);
  splits = $state.raw<readonly SavedItem[]>([]);
  /** What the map is coloured by: a name of `colourings`, or the number of a kept split. */
  by = $state('class');
  colouring = $state.raw<Colouring>(colourings.class);
  readonly task: Task;
  readonly #main: MainSide;
  readonly #dataset: number;

  constructor(main: MainSide, dataset: number) {
    this.#main = main;
    this.task = new Task(main);
    this.#dataset = dataset;
  }

  /** Reads what there is; stops what runs once the returned function is called. */
  follow(): () => void {
    void this.task.try(() => this.#load());
    return () => this.task.cancel();
  }

  /** Lays the map out anew. */
  lay(): Promise<void> {
    return this.task.run('Making the map', 'mapFeatures', { dataset: this.#dataset }, () => this.#load());
  }

  /** Colours the map by a column of its own, or by the parts of a kept split's first fold. */
  async colour(by: string): Promise<void> {
    this.by = by;
    if (by in colourings) this.colouring = colourings[by as keyof typeof colourings];
    else
      await this.task.try(async () => {
        const { id, name } = this.splits.find((split) => String(split.id) === by)!;
        const parts = await this.#main.call('readSplitParts', { dataset: this.#dataset, item: id });
        if (this.by === by) this.colouring = splitColouring(name, parts);
      });
  }

  cancel(): void {
    this.task.cancel();
  }

  async #load(): Promise<void> {
    const input = { dataset: this.#dataset };
    this.distributions = await this.#main.call('readDistributions', input);
    this.splits = (await this.#main.call('listSaved', { ...input, kind: 'split' })).items;
    this.map = (await this.#main.call('readFeatureMap', input)).map;
  }
}
