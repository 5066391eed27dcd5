import type { Distributions, FeatureMap } from '../../../../src-shared/domain/exploration.ts';
import { toFailure, type Failure } from '../../../../src-shared/errors.ts';
import type { MainSide } from '../../../bridge/MainSide.ts';

/** What the Explore tab shows of one data set. */
export class Exploration {
  distributions = $state.raw<Distributions | null>(null);
  /** Null where none was made; undefined until it has come. */
  map = $state.raw<FeatureMap | null | undefined>(undefined);
  running = $state.raw<{ done: number; total: number | null } | null>(null);
  failure = $state.raw<Failure | null>(null);
  readonly #main: MainSide;
  readonly #dataset: number;
  #run: AbortController | null = null;

  constructor(main: MainSide, dataset: number) {
    this.#main = main;
    this.#dataset = dataset;
  }

  /** Reads what there is; stops what runs once the returned function is called. */
  follow(): () => void {
    void this.#try(() => this.#load());
    return () => this.#run?.abort();
  }

  /** Lays the map out anew. */
  async lay(): Promise<void> {
    if (this.#run !== null) return;
    const run = (this.#run = new AbortController());
    this.running = { done: 0, total: null };
    await this.#try(async () => {
      await this.#main.runJob(
        'mapFeatures',
        { dataset: this.#dataset },
        { signal: run.signal, onProgress: (done, total) => (this.running = { done, total }) },
      );
      await this.#load();
    });
    this.running = this.#run = null;
  }

  cancel(): void {
    this.#run?.abort();
  }

  async #load(): Promise<void> {
    const input = { dataset: this.#dataset };
    this.distributions = await this.#main.call('readDistributions', input);
    this.map = (await this.#main.call('readFeatureMap', input)).map;
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      this.failure = null;
      await work();
    } catch (error) {
      const failure = toFailure(error);
      if (failure.code !== 'cancelled') this.failure = failure;
    }
  }
}
