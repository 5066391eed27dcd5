import type { Finding, FindingKind, HygieneOverview } from '../../../../src-shared/domain/hygiene.ts';
import { classLabels, type TumourClass } from '../../../../src-shared/domain/tumourClass.ts';
import type { MainSide } from '../../../bridge/MainSide.ts';
import { Task } from '../../../bridge/Task.svelte.ts';

/** Findings that are asked for at once. */
const pageSize = 50;

/** What the Hygiene tab shows of one data set. */
export class HygieneReport {
  overview = $state.raw<HygieneOverview | null>(null);
  kind = $state<FindingKind>('exact');
  /** Findings that are done with, instead of open ones. */
  showsResolved = $state(false);
  total = $state(0);
  /** By position; what is not here has not come yet. */
  findings = $state.raw<readonly (Finding | undefined)[]>([]);
  chosen = $state(0);
  /** What was done last, in words. */
  done = $state('');
  readonly dataset: number;
  readonly task: Task;
  readonly #main: MainSide;
  /** Pages of the list that were asked for. */
  #asked: number[] = [];

  constructor(main: MainSide, dataset: number) {
    this.#main = main;
    this.task = new Task(main);
    this.dataset = dataset;
  }

  /** The finding that is looked at; null where there is none, or it has not come yet. */
  get finding(): Finding | null {
    return this.findings[this.chosen] ?? null;
  }

  /** Keeps up with the data set until the returned function is called. */
  follow(): () => void {
    void this.load();
    const stop = this.#main.on('datasetChanged', ({ dataset }) => {
      if (dataset === this.dataset && this.task.running === null) void this.load();
    });
    return () => {
      stop();
      this.task.cancel();
    };
  }

  /** Reads everything that is shown anew. */
  async load(): Promise<void> {
    await this.task.try(async () => {
      this.overview = await this.#main.call('readHygiene', { dataset: this.dataset });
      await this.#reload();
    });
  }

  /** Turns to another kind, or from open findings to resolved ones. */
  async show(kind: FindingKind, showsResolved: boolean): Promise<void> {
    this.kind = kind;
    this.showsResolved = showsResolved;
    this.chosen = 0;
    await this.task.try(() => this.#reload());
  }

  /** Compares and looks at whatever is new. */
  scan(): Promise<void> {
    return this.#job('scanHygiene');
  }

  /** Asks models that have not seen the pictures about their labels. */
  judgeLabels(): Promise<void> {
    return this.#job('judgeLabels');
  }

  /** Stops the scan; what it has looked at stays. */
  cancel(): void {
    this.task.cancel();
  }

  /** Asks for the findings at these positions, where they are not here. */
  want(first: number, end: number): void {
    const last = Math.max(first, end - 1);
    for (const page of [Math.floor(first / pageSize), Math.floor(last / pageSize)])
      if (!this.#asked.includes(page)) void this.task.try(() => this.#fetch(page));
  }

  /** Looks at another finding. */
  choose(index: number): void {
    this.chosen = Math.max(0, Math.min(index, this.total - 1));
    this.want(this.chosen, this.chosen + 1);
  }

  /** Does what is suggested with the chosen finding, or keeps another picture of it. */
  async resolve(keeper: number | null = null): Promise<void> {
    const { finding } = this;
    if (finding === null || finding.isResolved || (finding.drops.length === 0 && keeper === null)) return;
    await this.#resolve([finding.key], keeper);
  }

  /** Does what is suggested with all open findings of the kind. */
  async resolveAll(): Promise<void> {
    await this.#resolve(null, null);
  }

  /** Takes the last step of the data set's journal back. */
  async undo(): Promise<void> {
    await this.task.try(async () => {
      const { ids } = await this.#main.call('undoPictureChange', { dataset: this.dataset });
      this.done = ids.length === 0 ? 'There is nothing to take back' : `Taken back: ${ids.length} pictures`;
    });
    await this.load();
  }

  /** Gives the chosen finding's pictures a class by hand: the proposed one, or once more what they have. */
  async relabel(tumour: TumourClass): Promise<void> {
    const { finding } = this;
    if (finding === null) return;
    await this.task.try(async () => {
      const ids = finding.pictures.map(({ id }) => id);
      await this.#main.call('changePictures', { dataset: this.dataset, ids, change: { class: tumour } });
      this.done = `By hand: ${classLabels[tumour]}`;
    });
    await this.load();
  }

  async #job(name: 'scanHygiene' | 'judgeLabels'): Promise<void> {
    if (this.task.running !== null) return;
    await this.task.run('Checking the pictures', name, { dataset: this.dataset }, (overview) => {
      this.overview = overview;
    });
    await this.load();
  }

  async #resolve(keys: number[] | null, keeper: number | null): Promise<void> {
    await this.task.try(async () => {
      const input = { dataset: this.dataset, kind: this.kind, keys, keeper };
      const { findings, pictures } = await this.#main.call('resolveFindings', input);
      this.done = `Resolved: ${findings}. Into quarantine: ${pictures} ${pictures === 1 ? 'picture' : 'pictures'}`;
    });
    await this.load();
  }

  async #reload(): Promise<void> {
    this.#asked = [];
    this.findings = [];
    await this.#fetch(Math.floor(this.chosen / pageSize));
    this.chosen = Math.max(0, Math.min(this.chosen, this.total - 1));
  }

  async #fetch(page: number): Promise<void> {
    this.#asked.push(page);
    const { kind, showsResolved } = this;
    const { findings, total } = await this.#main.call('listFindings', {
      dataset: this.dataset,
      kind,
      isResolved: showsResolved,
      offset: page * pageSize,
      limit: pageSize,
    });
    // Somebody has turned to another list meanwhile.
    if (kind !== this.kind || showsResolved !== this.showsResolved) return;
    this.total = total;
    const known = [...this.findings];
    findings.forEach((finding, i) => (known[page * pageSize + i] = finding));
    this.findings = known;
  }
}
