import type { PickedFile } from '../../../../src-shared/contract/bridge.ts';
import type { OpenedSource } from '../../../../src-shared/contract/calls.ts';
import type { ImportWords } from '../../../../src-shared/contract/modelCalls.ts';
import type { ModelCard } from '../../../../src-shared/domain/modelCard.ts';
import type {
  ModelRegistryView,
  ModelSlot,
  ModelSource,
  RegisteredModel,
} from '../../../../src-shared/domain/modelRegistry.ts';
import type { EpochRecord } from '../../../../src-shared/domain/trainingRun.ts';
import type { RunSummary } from '../../../../src-shared/domain/trainingQueue.ts';
import type { MainSide } from '../../../bridge/MainSide.ts';
import { receiveFile } from '../../../bridge/receiveFile.ts';
import { Task } from '../../../bridge/Task.svelte.ts';

/** What is about to be taken in. */
export interface Candidate extends OpenedSource {
  found: ModelSource;
}

/** A title or a file's name as a model's name: lower-case, with hyphens; '' where nothing is left of it. */
export function modelNameOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
}

/** The models at hand, what each is used for, and what is being taken in. */
export class ModelsSession {
  registry = $state.raw<ModelRegistryView | null>(null);
  runs = $state.raw<readonly RunSummary[]>([]);
  chosen = $state<string | null>(null);
  compared = $state('');
  /** The finished run that the form offers to take in, and what it would be called; '' for none. */
  offeredRun = $state('');
  offeredName = $state('');
  candidate = $state.raw<Candidate | null>(null);
  news = $state('');
  readonly main: MainSide;
  readonly task: Task;

  constructor(main: MainSide) {
    this.main = main;
    this.task = new Task(main);
  }

  get shown(): RegisteredModel | null {
    return this.find(this.chosen) ?? this.registry?.models[0] ?? null;
  }

  find(name: string | null): RegisteredModel | null {
    return this.registry?.models.find(({ card }) => card.name === name) ?? null;
  }

  load(): Promise<void> {
    return this.task.try(async () => {
      this.registry = await this.main.call('readModelRegistry', {});
      this.runs = (await this.main.call('listRuns', {})).runs;
    });
  }

  /** The epochs of the run that a model comes from; null where it brought none, or they cannot be read, which is told. */
  async history(model: string): Promise<readonly EpochRecord[] | null> {
    let epochs: readonly EpochRecord[] | null = null;
    await this.task.try(async () => {
      ({ epochs } = await this.main.call('readModelHistory', { model }));
    });
    return epochs;
  }

  activate(slot: ModelSlot, model: string | null): Promise<void> {
    return this.task.try(async () => {
      this.registry = await this.main.call('activateModel', { slot, model });
    });
  }

  rollBack(slot: ModelSlot): Promise<void> {
    return this.task.try(async () => {
      this.registry = await this.main.call('rollBackModel', { slot });
    });
  }

  archive(model: string, isArchived: boolean): Promise<void> {
    return this.task.try(async () => {
      this.registry = await this.main.call('archiveModel', { model, isArchived });
    });
  }

  chooseByDialog(kind: 'files' | 'folder'): Promise<void> {
    return this.task.try(async () =>
      this.#inspect((await this.main.call('chooseSources', { kind })).sources),
    );
  }

  pick(files: readonly PickedFile[]): Promise<void> {
    return this.task.work('Looking at it', async () => this.#inspect(await this.main.addFiles(files)));
  }

  async #inspect([source]: readonly OpenedSource[]): Promise<void> {
    if (source === undefined) return;
    const found = await this.main.call('inspectModelSource', { source: source.source });
    this.candidate = { ...source, found };
  }

  async takeIn(name: string, words: ImportWords | null): Promise<void> {
    if (this.candidate === null) return;
    const { source } = this.candidate;
    await this.task.run('Checking the model', 'importModel', { source, name, words }, (card) =>
      this.#welcome(card),
    );
  }

  /** Fills the form with a run, under a name that is still free. */
  offerRun(run: string, title: string): void {
    this.candidate = null;
    this.offeredRun = run;
    const plain = modelNameOf(title) || 'trained';
    const isTaken = (name: string) => this.find(name) !== null;
    let name = plain;
    for (let number = 2; isTaken(name); number++) name = `${plain}-${number}`;
    this.offeredName = name;
  }

  /** Takes in the model of the offered run under the run's title. */
  register(): Promise<void> {
    const { offeredRun: run, offeredName: name } = this;
    const title = this.runs.find(({ id }) => id === run)?.title ?? null;
    return this.task.run('Checking the model', 'registerRun', { run, name, title }, (card) => {
      this.#welcome(card);
      this.offeredRun = '';
      this.offeredName = '';
    });
  }

  #welcome({ name, title }: ModelCard): void {
    this.candidate = null;
    this.chosen = name;
    this.news = `“${title}” passed its checks and is at hand as ${name}.`;
    void this.load();
  }

  export(model: string, format: 'onnx' | 'tfjs' | 'folder'): Promise<void> {
    return this.task.run('Writing the model', 'exportModel', { model, format }, receiveFile);
  }
}
