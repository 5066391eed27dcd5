import type { Distributions, FeatureMap } from '../../../../src-shared/domain/exploration.ts';
import type { MainSide } from '../../../bridge/MainSide.ts';
import { DatasetTask } from '../DatasetTask.svelte.ts';

/** What the Explore tab shows of one data set. */
export class Exploration {
  distributions = $state.raw<Distributions | null>(null);
  /** Null where none was made; undefined until it has come. */
  map = $state.raw<FeatureMap | null | undefined>(undefined);
  readonly task: DatasetTask;
  readonly #main: MainSide;
  readonly #dataset: number;

  constructor(main: MainSide, dataset: number) {
    this.#main = main;
    this.task = new DatasetTask(main);
    this.#dataset = dataset;
  }

  /** Reads what there is; stops what runs once the returned function is called. */
  follow(): () => void {
    void this.task.try(() => this.#load());
    return () => this.task.cancel();
  }

  /** Lays the map out anew. */
  lay(): Promise<void> {
    return this.task.run('mapFeatures', { dataset: this.#dataset }, () => this.#load());
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
