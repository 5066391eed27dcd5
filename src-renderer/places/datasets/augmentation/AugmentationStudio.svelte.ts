import type { AugmentedPicture, Enlargement } from '../../../../src-shared/contract/augmentationCalls.ts';
import type { SavedItem } from '../../../../src-shared/domain/workspace.ts';
import type {
  AugmentationPreset,
  AugmentationStep,
} from '../../../../src-shared/imaging/augmentation/augmentationPreset.ts';
import { augmentationPresets } from '../../../../src-shared/imaging/augmentation/augmentationPresets.ts';
import type { MainSide } from '../../../bridge/MainSide.ts';
import { Task } from '../../../bridge/Task.svelte.ts';

/** Pictures in the grid, and how often each is shown. */
const [pictureCount, showings] = [4, 4];

/** A parameter that is dragged asks once it rests. */
const restMs = 200;

/** What the Augmentation tab shows of one data set. */
export class AugmentationStudio {
  steps = $state<AugmentationStep[]>(structuredClone(augmentationPresets.published.steps));
  name = $state('published');
  seed = $state(1);
  samples = $state.raw<readonly AugmentedPicture[]>([]);
  saved = $state.raw<readonly SavedItem[]>([]);
  /** What the showings of a picture are: one in each epoch, or copies within one as an enlarged class has. */
  along = $state<'epochs' | 'copies'>('epochs');
  splits = $state.raw<readonly SavedItem[]>([]);
  /** The kept split whose training part would be enlarged; null: all pictures. */
  split = $state<number | null>(null);
  enlargement = $state.raw<Enlargement | null>(null);
  isWorking = $state(false);
  readonly task: Task;
  readonly #main: MainSide;
  readonly #dataset: number;
  #first = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(main: MainSide, dataset: number) {
    this.#main = main;
    this.#dataset = dataset;
    this.task = new Task(main);
  }

  /** The preset as it stands. */
  get preset(): AugmentationPreset {
    return { version: 1, name: this.name.trim() || 'unnamed', steps: $state.snapshot(this.steps) };
  }

  /** Shows the first pictures; the returned function stops what is about to be asked. */
  follow(): () => void {
    void this.task.try(async () => {
      await this.#list();
      this.splits = (await this.#main.call('listSaved', { dataset: this.#dataset, kind: 'split' })).items;
      await this.#plan();
    });
    void this.show();
    return () => clearTimeout(this.#timer);
  }

  /** Shows anew once nothing has changed for a moment. */
  showSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.show(), restMs);
  }

  /** Counts what enlarging the training part of a kept split does. */
  async planFor(split: number | null): Promise<void> {
    this.split = split;
    await this.task.try(() => this.#plan());
  }

  /** Takes other pictures of the data set. */
  async showOthers(): Promise<void> {
    this.#first += pictureCount;
    await this.show();
  }

  /** Starts from a preset. */
  take({ name, steps }: AugmentationPreset): void {
    this.name = name;
    this.steps = structuredClone(steps);
    this.showSoon();
  }

  add(kind: AugmentationStep['kind']): void {
    const known = Object.values(augmentationPresets).flatMap(({ steps }): AugmentationStep[] => steps);
    const step = known.find((one) => one.kind === kind);
    if (step === undefined) return;
    this.steps.push({ ...structuredClone(step), probability: 1 });
    this.showSoon();
  }

  remove(index: number): void {
    this.steps.splice(index, 1);
    this.showSoon();
  }

  /** Keeps the preset with the data set, under its name. */
  async keep(): Promise<void> {
    await this.task.try(async () => {
      const { preset } = this;
      const item = { kind: 'augmentation', name: preset.name, content: preset } as const;
      await this.#main.call('saveItem', { dataset: this.#dataset, ...item });
      await this.#list();
    });
  }

  /** Augments and shows; a later request overtakes an earlier one. */
  async show(): Promise<void> {
    clearTimeout(this.#timer);
    this.isWorking = true;
    await this.task.try(async () => {
      const page = { dataset: this.#dataset, limit: pictureCount };
      const found = await this.#main.call('listPictures', { ...page, offset: this.#first });
      const isPastTheEnd = found.pictures.length === 0 && found.total > 0;
      if (isPastTheEnd) this.#first = 0;
      const { pictures } = isPastTheEnd
        ? await this.#main.call('listPictures', { ...page, offset: 0 })
        : found;
      const ids = pictures.map(({ id }) => id);
      if (ids.length === 0) return;
      const times = this.along === 'epochs' ? { epochs: showings } : { epochs: 1, copies: showings };
      const input = { dataset: this.#dataset, pictures: ids, preset: this.preset, seed: this.seed, ...times };
      this.samples = (await this.#main.call('previewAugmentation', input)).samples;
    });
    this.isWorking = false;
  }

  async #list(): Promise<void> {
    const { items } = await this.#main.call('listSaved', { dataset: this.#dataset, kind: 'augmentation' });
    this.saved = items;
  }

  async #plan(): Promise<void> {
    this.enlargement = await this.#main.call('planEnlargement', {
      dataset: this.#dataset,
      split: this.split,
    });
  }
}
