import type { Distributions, FeatureMap } from '../../../../src-shared/domain/exploration.ts';
import type { MainSide } from '../../../bridge/MainSide.ts';
import { Task } from '../../../bridge/Task.svelte.ts';

/** What the Explore tab shows of one data set. */
export class Exploration {
  distributions = $state.raw<Distributions | null>(null);
  /** Null where none was made; undefined until it has come. */
  map = $state.raw<FeatureMap | null | undefined>(undefined);
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

  cancel(): void {
    this.task.cancel();
  }

  async #load(): Promise<void> {
    const input = { dataset: this.#dataset };
    this.distributions = await this.#main.call('readDistributions', input);
    this.map = (await this.#main.call('readFeatureMap', input)).map;
  }
}
