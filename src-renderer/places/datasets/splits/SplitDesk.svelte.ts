import type { SplitPlan } from '../../../../src-shared/domain/splitPlan.ts';
import type { SavedItem } from '../../../../src-shared/domain/workspace.ts';
import type { MainSide } from '../../../bridge/MainSide.ts';
import { receiveFile } from '../../../bridge/receiveFile.ts';
import { Task } from '../../../bridge/Task.svelte.ts';
import { Subsets } from '../Subsets.svelte.ts';

/** What the Splits tab shows of one data set. */
export class SplitDesk {
  protocol = $state<'published' | 'grouped'>('grouped');
  seed = $state(1);
  folds = $state(1);
  name = $state('');
  plan = $state.raw<SplitPlan | null>(null);
  /** What `plan` is about, in words: the form may have changed since. */
  planned = $state('');
  fold = $state(0);
  saved = $state.raw<readonly SavedItem[]>([]);
  /** Of which pictures a split is made. */
  readonly subsets: Subsets;
  /** The name of a subset. */
  subset = $state('combined');
  readonly task: Task;
  readonly #main: MainSide;
  readonly #dataset: number;

  constructor(main: MainSide, dataset: number) {
    this.#main = main;
    this.task = new Task(main);
    this.#dataset = dataset;
    this.subsets = new Subsets(main, dataset);
  }

  /** Reads what is kept; stops what runs once the returned function is called. */
  follow(): () => void {
    void this.task.try(() => this.#list());
    void this.subsets.load();
    return () => this.task.cancel();
  }

  /** Whether the folds go with the protocol, and two leave nothing to validate on. */
  get isSound(): boolean {
    const isWhole = Number.isInteger(this.folds) && Number.isInteger(this.seed) && this.seed >= 0;
    return (
      isWhole && this.folds >= 1 && this.folds !== 2 && (this.protocol === 'grouped' || this.folds === 1)
    );
  }

  /** Splits, and keeps the split where it has a name. */
  async make(name: string | null): Promise<void> {
    if (!this.isSound) return;
    const { protocol, seed, folds } = this;
    const subset = this.subsets.list.find((one) => one.name === this.subset);
    await this.task.run(
      'Splitting',
      'makeSplit',
      { dataset: this.#dataset, filter: subset?.filter, protocol, seed, folds, name },
      (plan) => {
        this.plan = plan;
        this.planned = `${protocol === 'grouped' ? 'Grouped' : 'Published'} split, seed ${seed}${subset === undefined || subset.name === 'combined' ? '' : `, of ${subset.name}`}`;
        this.fold = 0;
        return this.#list();
      },
    );
  }

  /** Protects a kept split from being overwritten or removed, or no longer. */
  async lock({ id, isLocked }: SavedItem): Promise<void> {
    await this.#change(() =>
      this.#main.call('lockItem', { dataset: this.#dataset, item: id, isLocked: !isLocked }),
    );
  }

  async remove({ id }: SavedItem): Promise<void> {
    await this.#change(() => this.#main.call('removeItem', { dataset: this.#dataset, item: id }));
  }

  /** Hands a kept split over as a file. */
  async hand({ id }: SavedItem): Promise<void> {
    await this.task.try(async () =>
      receiveFile(await this.#main.runJob('exportSplit', { dataset: this.#dataset, item: id })),
    );
  }

  async #change(work: () => Promise<unknown>): Promise<void> {
    await this.task.try(async () => {
      await work();
      await this.#list();
    });
  }

  async #list(): Promise<void> {
    const { items } = await this.#main.call('listSaved', { dataset: this.#dataset, kind: 'split' });
    this.saved = items;
  }
}
