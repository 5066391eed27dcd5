import type { RunDetail } from '../../../src-shared/domain/trainingQueue.ts';
import type { MainSide } from '../../bridge/MainSide.ts';

/** More lines than this nobody tells apart. */
export const mostCompared = 6;

/** The runs that are ticked, to be shown in one chart. */
export class ComparedRuns {
  ids = $state.raw<readonly string[]>([]);
  details = $state.raw<readonly RunDetail[]>([]);
  readonly #main: MainSide;

  constructor(main: MainSide) {
    this.#main = main;
    main.on('runsChanged', () => void this.#load());
  }

  toggle(id: string): void {
    this.ids = this.ids.includes(id)
      ? this.ids.filter((one) => one !== id)
      : [...this.ids, id].slice(-mostCompared);
    void this.#load();
  }

  clear(): void {
    this.ids = [];
    this.details = [];
  }

  async #load(): Promise<void> {
    const { ids } = this;
    if (ids.length === 0) return this.clear();
    const found = await Promise.all(
      // A run that was removed meanwhile is no longer compared.
      ids.map((run) => this.#main.call('readRun', { run }).catch(() => null)),
    );
    if (ids === this.ids) this.details = found.filter((detail) => detail !== null);
  }
}
