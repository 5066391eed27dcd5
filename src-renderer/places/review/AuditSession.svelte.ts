import type { PickedFile } from '../../../src-shared/contract/bridge.ts';
import type { OpenedSource } from '../../../src-shared/contract/calls.ts';
import { defaultMap, mapName } from '../../../src-shared/domain/mapName.ts';
import type { AuditPage } from '../../../src-shared/domain/review.ts';
import type { MainSide } from '../../bridge/MainSide.ts';
import { receiveFile } from '../../bridge/receiveFile.ts';
import { Task } from '../../bridge/Task.svelte.ts';

/** What a person chooses files for. */
export type AuditSource = 'dataset' | 'labels' | 'masks';

/** Asking for a model audit, and the newest one. */
export class AuditSession {
  model = $state('combined');
  against = $state('');
  dataset = $state.raw<OpenedSource | null>(null);
  labels = $state.raw<OpenedSource | null>(null);
  masks = $state.raw<OpenedSource | null>(null);
  onlyOutlined = $state(false);
  methods = $state.raw<readonly string[]>([mapName(defaultMap)]);
  explains = $state<'predicted' | 'true'>('predicted');
  sample = $state(100);
  /** Null: the form for one is shown. */
  page = $state.raw<AuditPage | null>(null);
  /** What was chosen and is on its way to the main side. */
  arriving = $state.raw<AuditSource | null>(null);
  readonly task: Task;
  readonly #main: MainSide;

  constructor(main: MainSide) {
    this.#main = main;
    this.task = new Task(main);
  }

  get canStart(): boolean {
    return this.dataset !== null && this.arriving === null && this.task.running === null;
  }

  /** Opens the system's dialog. */
  choose(wanted: AuditSource): Promise<void> {
    const kind = wanted === 'labels' ? 'files' : 'folder';
    return this.#take(wanted, async () => (await this.#main.call('chooseSources', { kind })).sources);
  }

  /** Takes what the page's own dialog gave. */
  pick(wanted: AuditSource, files: readonly PickedFile[]): Promise<void> {
    return this.#take(wanted, () => this.#main.addFiles(files));
  }

  /** Nothing starts before it is there, else it would go without what was chosen. */
  async #take(wanted: AuditSource, hand: () => Promise<readonly OpenedSource[]>): Promise<void> {
    this.arriving = wanted;
    await this.task.try(async () => {
      const [source] = await hand();
      if (source !== undefined) this[wanted] = source;
    });
    this.arriving = null;
  }

  /** Audits what the form says, and shows what came of it. */
  async start(): Promise<void> {
    const { dataset, labels, masks, model, against, methods, explains, onlyOutlined, sample } = this;
    if (dataset === null) return;
    const input = {
      model,
      against: against === '' ? null : against,
      dataset: dataset.source,
      labels: labels?.source ?? null,
      masks: masks?.source ?? null,
      methods: [...methods],
      explains,
      onlyOutlined,
      sample,
    };
    await this.task.run('Auditing', 'auditModel', input, (page) => {
      this.page = page;
    });
  }

  async export(format: 'html' | 'pdf' | 'json'): Promise<void> {
    await this.task.run('Writing', 'exportAudit', { format }, receiveFile);
  }

  /** Handles of an exchanged store are void. */
  forget(): void {
    this.dataset = this.labels = this.masks = null;
    this.page = null;
  }
}
