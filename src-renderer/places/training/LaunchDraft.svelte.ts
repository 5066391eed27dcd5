import type { PickedFile } from '../../../src-shared/contract/bridge.ts';
import {
  expectedRunMs,
  type ChosenData,
  type NamedSource,
  type RunSettings,
  type SplitChoice,
  type StartChoice,
  type StepTiming,
  type TrainingChoices,
  type TrainingPlan,
} from '../../../src-shared/domain/trainingQueue.ts';
import type { ProviderName } from '../../../src-shared/domain/analysis.ts';
import {
  showingsInEpoch,
  usualRecipe,
  type Recipe,
  type StepEngineName,
  type Subset,
} from '../../../src-shared/domain/trainingRun.ts';
import type { DatasetSummary } from '../../../src-shared/domain/workspace.ts';
import { launchWarnings } from '../../../src-shared/domain/launchWarnings.ts';
import { toFailure, UserError, type Failure } from '../../../src-shared/errors.ts';
import { augmentationPresets } from '../../../src-shared/imaging/augmentation/augmentationPresets.ts';
import type { MainSide } from '../../bridge/MainSide.ts';

/** One subset, or the published project's four: all planes and each alone. */
export type SubsetChoice = Subset | 'all-four';

/** A split that is kept with a data set of the workspace. */
interface KeptSplit {
  id: number;
  name: string;
  folds: number;
}

export const allFour: readonly Subset[] = ['combined', 'axial', 'sagittal', 'coronal'];

/** Pictures that a run keeps decoded, at most. */
const pictureMemoryBytes = 2 ** 30;

const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);

/** A run that is being put together, and what is known about it so far. */
export class LaunchDraft {
  title = $state('');
  data = $state.raw<ChosenData | null>(null);
  /** Null: the data set's own `labels.csv` or `planes.csv` where it has one. */
  labels = $state.raw<NamedSource | null>(null);
  subset = $state<SubsetChoice>('combined');
  split = $state.raw<SplitChoice>({ protocol: 'grouped', folds: 1 });
  fold = $state(0);
  start = $state.raw<StartChoice>({ kind: 'random' });
  /** Of a start from a folder. */
  startName = $state('');
  engine = $state<StepEngineName>('onnx');
  provider = $state<'auto' | ProviderName>('auto');
  threads = $state(1);
  recipe = $state<Omit<Recipe, 'subset'>>({
    ...usualRecipe,
    seed: 1,
    augmentation: augmentationPresets.standard,
  });
  choices = $state.raw<TrainingChoices | null>(null);
  /** Of the workspace. */
  datasets = $state.raw<readonly DatasetSummary[]>([]);
  /** Splits that are kept with the chosen data set. */
  keptSplits = $state.raw<readonly KeptSplit[]>([]);
  plan = $state.raw<TrainingPlan | null>(null);
  timing = $state.raw<StepTiming | null>(null);
  running = $state.raw<{ label: string; done: number; total: number | null } | null>(null);
  failure = $state.raw<Failure | null>(null);
  readonly #main: MainSide;
  #run: AbortController | null = null;
  /** What plan and timing were found out for. */
  #planKey = $state('');
  #timingKey = $state('');

  constructor(main: MainSide) {
    this.#main = main;
  }

  get subsets(): readonly Subset[] {
    return this.subset === 'all-four' ? allFour : [this.subset];
  }

  /** The plan, as long as nothing that it depends on was changed. */
  get validPlan(): TrainingPlan | null {
    return this.#planKey === this.#planKeyNow() ? this.plan : null;
  }

  get validTiming(): StepTiming | null {
    return this.#timingKey === this.#timingKeyNow() ? this.timing : null;
  }

  get warnings() {
    const plan = this.validPlan;
    return plan === null ? [] : launchWarnings(plan, this.subsets, this.fold);
  }

  /** Pictures of each part, for each chosen subset, and how many of those to train on an epoch shows. */
  get parts(): { subset: Subset; train: number; shown: number; validation: number; test: number }[] {
    const planned = this.validPlan?.subsets ?? [];
    return this.subsets.flatMap((subset) => {
      const fold = planned.find((one) => one.subset === subset)?.folds[this.fold];
      if (fold === undefined) return [];
      const shown = showingsInEpoch(this.recipe.sampler, fold.train);
      return {
        ...{ subset, train: sum(fold.train), shown },
        ...{ validation: sum(fold.validation), test: sum(fold.test) },
      };
    });
  }

  get expectedMs(): number | null {
    const timing = this.validTiming;
    if (timing === null || this.validPlan === null) return null;
    return sum(this.parts.map((parts) => expectedRunMs(this.recipe.epochs, parts, timing)));
  }

  /** Largest memory of a step's process, and the pictures that are kept decoded. */
  get expectedBytes(): number | null {
    const timing = this.validTiming;
    if (timing === null) return null;
    const pictures = Math.max(0, ...this.parts.map(({ train, validation }) => train + validation));
    return timing.peakBytes + Math.min(pictureMemoryBytes, 4 * pictures * this.recipe.inputSize ** 2);
  }

  get canLaunch(): boolean {
    return (
      this.validPlan !== null &&
      this.running === null &&
      !this.warnings.some(({ kind }) => kind === 'impossible')
    );
  }

  /** Learns what can be chosen here; the plane model never saw a tumour class, so it is the usual start. */
  async prepareChoices(): Promise<void> {
    if (this.choices !== null) return;
    try {
      const choices = await this.#main.call('describeTraining', {});
      this.choices = choices;
      this.threads = choices.processors;
      const plane = choices.starts.find(({ isPlaneModel }) => isPlaneModel);
      if (plane !== undefined) this.start = { kind: 'installed', name: plane.name };
    } catch (error) {
      this.failure = toFailure(error);
    }
  }

  /** Learns what is in the workspace now. */
  async readDatasets(): Promise<void> {
    try {
      this.datasets = (await this.#main.call('listDatasets', {})).datasets;
    } catch (error) {
      this.failure = toFailure(error);
    }
  }

  /** Takes a data set of the workspace with its labels, to be split anew until a kept split is chosen. */
  async chooseDataset(dataset: number): Promise<void> {
    const found = this.datasets.find(({ id }) => id === dataset);
    if (found === undefined) return;
    this.data = { choice: { kind: 'dataset', dataset, split: null }, name: found.name };
    this.labels = null;
    await this.#readSplits(dataset);
  }

  async #readSplits(dataset: number): Promise<void> {
    this.keptSplits = [];
    await this.#work('Reading the splits', async () => {
      const { items } = await this.#main.call('listSaved', { dataset, kind: 'split' });
      this.keptSplits = items.map(({ id, name, content }) => {
        const { folds } = content as { folds?: unknown[] };
        return { id, name, folds: folds?.length ?? 1 };
      });
    });
  }

  /** Takes a split that is kept with the data set; null: one is made. */
  chooseSplit(split: number | null): void {
    if (this.data?.choice.kind !== 'dataset') return;
    this.data = { ...this.data, choice: { ...this.data.choice, split } };
    this.fold = 0;
  }

  /** Folds to choose one from. */
  get foldCount(): number {
    const choice = this.data?.choice;
    if (choice?.kind === 'dataset' && choice.split !== null)
      return this.keptSplits.find(({ id }) => id === choice.split)?.folds ?? 1;
    return this.split.protocol === 'grouped' ? this.split.folds : 1;
  }

  /** Takes the settings of a run that was. */
  take(title: string, settings: RunSettings): void {
    const { subset, ...recipe } = settings.recipe;
    this.title = `${title} again`.slice(0, 120);
    this.data = settings.data;
    this.labels = settings.labels;
    this.subset = subset;
    this.split = settings.split;
    this.fold = settings.fold;
    this.start = settings.start;
    this.startName = settings.startName;
    this.engine = settings.engine;
    this.provider = settings.provider;
    this.threads = settings.threads;
    this.recipe = recipe;
    this.failure = null;
    const { choice } = settings.data;
    if (choice.kind === 'dataset') void this.#readSplits(choice.dataset);
  }

  /** What was picked for `data`, `labels` or the folder to start from. */
  async choose(what: 'data' | 'labels' | 'start', files: readonly PickedFile[]): Promise<void> {
    await this.#work('Sending the files', async (signal, onProgress) => {
      const [found] = await this.#main.addFiles(files, { signal, onProgress });
      if (found !== undefined) this.#set(what, found);
    });
  }

  /** The same by the system's dialog. */
  async chooseByDialog(what: 'data' | 'labels' | 'start'): Promise<void> {
    await this.#work('Choosing', async () => {
      const kind = what === 'labels' ? 'files' : 'folder';
      const [found] = (await this.#main.call('chooseSources', { kind })).sources;
      if (found !== undefined) this.#set(what, found);
    });
  }

  /** Reads and splits the data, then measures a few steps. */
  async check(): Promise<void> {
    const { data } = this;
    if (data === null) return;
    await this.#work('Reading the pictures', async (signal, onProgress) => {
      if (this.validPlan === null) {
        const key = this.#planKeyNow();
        const { labels, split, start } = this;
        const input = {
          data: data.choice,
          labels: labels?.source ?? 'auto',
          split,
          start,
          seed: this.recipe.seed,
        };
        this.plan = await this.#main.runJob('prepareTraining', input, { signal, onProgress });
        this.#planKey = key;
      }
      if (this.validTiming !== null) return;
      this.running = { label: 'Measuring a few steps', done: 0, total: null };
      const key = this.#timingKeyNow();
      const { engine, provider, threads } = this;
      const recipe = { ...$state.snapshot(this.recipe), subset: this.subsets[0] ?? 'combined' };
      this.timing = await this.#main.runJob(
        'timeTraining',
        { recipe, engine, provider, threads },
        { signal },
      );
      this.#timingKey = key;
    });
  }

  /** @returns the new runs' ids; none where it failed */
  async launch(): Promise<string[]> {
    const plan = this.validPlan;
    if (plan === null) return [];
    const { fold, engine, provider, threads, subsets } = this;
    const recipe = $state.snapshot(this.recipe);
    const title = this.title.trim() || (this.data?.name ?? 'Run');
    let runs: string[] = [];
    await this.#work('Launching', async () => {
      const input = {
        plan: plan.plan,
        title,
        subsets: [...subsets],
        fold,
        recipe,
        engine,
        provider,
        threads,
      };
      ({ runs } = await this.#main.call('launchTraining', input));
    });
    return runs;
  }

  cancel(): void {
    this.#run?.abort();
  }

  #set(what: 'data' | 'labels' | 'start', found: NamedSource): void {
    if (what === 'start') {
      this.start = { kind: 'folder', source: found.source };
      this.startName = found.name;
    } else if (what === 'data') {
      this.data = { choice: { kind: 'folder', source: found.source }, name: found.name };
    } else this.labels = found;
  }

  async #work(
    label: string,
    work: (signal: AbortSignal, onProgress: (done: number, total: number | null) => void) => Promise<void>,
  ): Promise<void> {
    this.#run?.abort();
    const run = new AbortController();
    this.#run = run;
    this.failure = null;
    this.running = { label, done: 0, total: null };
    try {
      await work(run.signal, (done, total) => {
        this.running = { label, done, total };
      });
    } catch (error) {
      if (!(error instanceof UserError) || error.code !== 'cancelled') this.failure = toFailure(error);
    } finally {
      if (this.#run === run) this.running = null;
    }
  }

  #planKeyNow(): string {
    const { data, labels, split, start } = this;
    return JSON.stringify([data?.choice, labels?.source, split, start, this.recipe.seed]);
  }

  #timingKeyNow(): string {
    const { batch, inputSize, widthMultiplier, freeze, optimiser } = this.recipe;
    const { engine, provider, threads } = this;
    const classes = this.subset === 'plane';
    return JSON.stringify([
      batch,
      inputSize,
      widthMultiplier,
      freeze,
      optimiser.name,
      engine,
      provider,
      threads,
      classes,
    ]);
  }
}
