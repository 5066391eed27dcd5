import type { PickedFile } from '../../../../src-shared/contract/bridge.ts';
import type { CallInput, OpenedSource } from '../../../../src-shared/contract/calls.ts';
import type { SplitDescription } from '../../../../src-shared/contract/evaluationCalls.ts';
import type {
  EvaluationSummary,
  LabelReview,
  ShownSlice,
  SliceSelection,
  StoredEvaluation,
} from '../../../../src-shared/domain/evaluation.ts';
import type { MainSide } from '../../../bridge/MainSide.ts';
import { receiveFile } from '../../../bridge/receiveFile.ts';
import { Task } from '../../../bridge/Task.svelte.ts';

/** What a person chooses files for. */
export type WantedSource = 'dataset' | 'labels' | 'split' | 'healthy';

/** Which slices are evaluated. */
export type SplitWish = 'none' | 'grouped' | 'published' | 'file';

const pageSize = 24;

/** Evaluations: asking for one, the list of them, and the one that is open. */
export class EvaluateSession {
  evaluations = $state.raw<readonly EvaluationSummary[]>([]);
  /** Null: the form for a new one is shown. */
  opened = $state.raw<StoredEvaluation | null>(null);
  selection = $state.raw<SliceSelection | null>(null);
  slices = $state.raw<readonly ShownSlice[]>([]);
  total = $state(0);
  /** What was chosen and is on its way to the main side. */
  arriving = $state.raw<WantedSource | null>(null);

  model = $state('combined');
  against = $state('');
  dataset = $state.raw<OpenedSource | null>(null);
  labels = $state.raw<OpenedSource | null>(null);
  healthy = $state.raw<OpenedSource | null>(null);
  split = $state<SplitWish>('none');
  splitFile = $state.raw<(OpenedSource & { description: SplitDescription }) | null>(null);
  seed = $state(7);
  folds = $state(5);
  fold = $state(1);
  part = $state<'test' | 'validation' | 'train'>('test');
  isBesideValidation = $state(true);

  readonly main: MainSide;
  /** The evaluation that is under way, and what went wrong last. */
  readonly task: Task;

  constructor(main: MainSide) {
    this.main = main;
    this.task = new Task(main);
  }

  async load(): Promise<void> {
    await this.#attempt(async () => {
      ({ evaluations: this.evaluations } = await this.main.call('listEvaluations', {}));
    });
  }

  /** Opens the system's dialog. */
  async choose(wanted: WantedSource): Promise<void> {
    const kind = wanted === 'dataset' || wanted === 'healthy' ? 'folder' : 'files';
    await this.#take(wanted, async () => (await this.main.call('chooseSources', { kind })).sources);
  }

  /** Takes what the page's own dialog gave. */
  async pick(wanted: WantedSource, files: readonly PickedFile[]): Promise<void> {
    await this.#take(wanted, () => this.main.addFiles(files));
  }

  /** Nothing starts before it is there, else it would go without what was chosen. */
  async #take(wanted: WantedSource, hand: () => Promise<readonly OpenedSource[]>): Promise<void> {
    this.arriving = wanted;
    await this.#attempt(async () => this.#keep(wanted, await hand()));
    this.arriving = null;
  }

  async #keep(wanted: WantedSource, [source]: readonly OpenedSource[]): Promise<void> {
    if (source === undefined) return;
    if (wanted === 'dataset') this.dataset = source;
    else if (wanted === 'labels') this.labels = source;
    else if (wanted === 'healthy') this.healthy = source;
    else {
      const description = await this.main.call('describeSplit', { file: source.source });
      this.splitFile = { ...source, description };
      this.fold = 1;
    }
  }

  get foldCount(): number {
    if (this.split === 'file') return this.splitFile?.description.folds.length ?? 1;
    return this.split === 'grouped' ? this.folds : 1;
  }

  get canStart(): boolean {
    return (
      this.dataset !== null &&
      this.arriving === null &&
      this.task.running === null &&
      (this.split !== 'file' || this.splitFile !== null)
    );
  }

  /** Evaluates what the form says, and opens what came of it. */
  async start(): Promise<void> {
    const { dataset } = this;
    if (dataset === null) return;
    await this.task.run('Evaluating', 'evaluateModel', this.#request(dataset.source), (made) =>
      this.#show(made),
    );
  }

  /** Judges a finished run by the test part of its own split, and opens what came of it. */
  async startRun(run: string): Promise<void> {
    this.close();
    await this.task.run('Evaluating', 'evaluateRun', { run }, (made) => this.#show(made));
  }

  async #show({ id }: EvaluationSummary): Promise<void> {
    await this.load();
    await this.open(id);
  }

  /** The newest evaluation of a run's model. */
  ofRun(run: string): EvaluationSummary | null {
    return this.evaluations.find((one) => one.run === run) ?? null;
  }

  #request(dataset: string): CallInput<'evaluateModel'> {
    const { model, against, labels, healthy, part, fold } = this;
    const source = this.#splitSource();
    return {
      model,
      against: against === '' ? null : against,
      dataset,
      labels: labels?.source ?? null,
      healthyHeads: healthy === null ? [] : [healthy.source],
      split:
        source === null
          ? null
          : { source, part, fold, isBesideValidation: part === 'test' && this.isBesideValidation },
    };
  }

  #splitSource(): NonNullable<CallInput<'evaluateModel'>['split']>['source'] | null {
    const { split, splitFile, seed, folds } = this;
    if (split === 'none') return null;
    if (split === 'file') return splitFile === null ? null : { kind: 'file', file: splitFile.source };
    return { kind: 'made', protocol: split, seed, folds: split === 'grouped' ? folds : 1 };
  }

  async open(id: string): Promise<void> {
    await this.#attempt(async () => {
      this.opened = await this.main.call('openEvaluation', { id });
      this.selection = null;
      this.slices = [];
    });
  }

  /** Shows the form again. */
  close(): void {
    this.opened = null;
    this.selection = null;
  }

  async remove(id: string): Promise<void> {
    await this.#attempt(async () => {
      ({ evaluations: this.evaluations } = await this.main.call('deleteEvaluation', { id }));
      if (this.opened?.summary.id === id) this.close();
    });
  }

  /** Opens the slices of a cell, or the like. */
  async select(selection: SliceSelection): Promise<void> {
    this.selection = selection;
    this.slices = [];
    this.total = 0;
    await this.more();
  }

  /** Fetches the next slices of the selection. */
  async more(): Promise<void> {
    const { opened, selection } = this;
    if (opened === null || selection === null) return;
    const offset = this.slices.length;
    await this.#attempt(async () => {
      const input = { id: opened.summary.id, selection, offset, count: pageSize };
      const found = await this.main.call('listEvaluatedSlices', input);
      // Another cell may have been opened meanwhile.
      if (this.selection !== selection) return;
      this.slices = [...this.slices, ...found.slices];
      this.total = found.total;
    });
  }

  async review(position: number, review: LabelReview | null): Promise<void> {
    const id = this.opened?.summary.id;
    if (id === undefined) return;
    await this.#attempt(async () => {
      const { reviewed } = await this.main.call('reviewEvaluatedSlice', { id, position, review });
      this.slices = this.slices.map((slice) => (slice.position === position ? { ...slice, review } : slice));
      if (this.opened !== null)
        this.opened = { ...this.opened, summary: { ...this.opened.summary, reviewed } };
      this.evaluations = this.evaluations.map((one) => (one.id === id ? { ...one, reviewed } : one));
    });
  }

  async export(format: 'html' | 'pdf' | 'json'): Promise<void> {
    const id = this.opened?.summary.id;
    if (id === undefined) return;
    await this.#attempt(async () => receiveFile(await this.main.runJob('exportEvaluation', { id, format })));
  }

  async exportLabels(): Promise<void> {
    const id = this.opened?.summary.id;
    if (id === undefined) return;
    await this.#attempt(async () => receiveFile(await this.main.runJob('exportCorrectedLabels', { id })));
  }

  /** Does something short and tells of its failure; what failed before stays told. */
  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.task.tell(error);
    }
  }
}
