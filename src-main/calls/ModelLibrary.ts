import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadedModel } from '../../src-shared/domain/inference.ts';
import type { ModelCard } from '../../src-shared/domain/modelCard.ts';
import { fitsSlot, type ModelSlot } from '../../src-shared/domain/modelRegistry.ts';
import type { Plane } from '../../src-shared/domain/plane.ts';
import { UserError } from '../../src-shared/errors.ts';
import { listModels, loadModel } from '../network/loadModel.ts';
import { readTrainingImages, type TrainingImages } from '../training/evaluation/TrainingImages.ts';
import type { ModelRegistry } from './models/ModelRegistry.ts';

const modelName = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** The installed model that names planes. */
export const planeModelName = 'plane';

/** The installed model that answers for every plane. */
export const combinedModelName = 'combined';

/** Models beside those of the application, and which are in use for what. */
export type ModelChoice = Pick<ModelRegistry, 'folder' | 'activeIn' | 'entries'>;

/** The models at hand by name, each loaded and checked once: a person's own first, then those of the application. */
export class ModelLibrary {
  readonly #folder: string;
  readonly #registry: ModelChoice | null;
  readonly #loaded = new Map<string, Promise<LoadedModel>>();
  readonly #training = new Map<string, Promise<TrainingImages>>();

  /** @param registry - a person's own models, and what is in use; null: only what the application came with */
  constructor(modelsFolder: string, registry: ModelChoice | null = null) {
    this.#folder = modelsFolder;
    this.#registry = registry;
  }

  /**
   * The cards of all models that pass their checks and are not archived.
   *
   * @param onDamaged - hears of each that does not
   */
  async list(onDamaged?: (error: UserError) => void): Promise<ModelCard[]> {
    const entries = await this.#registry?.entries();
    const cards = await this.listAll(onDamaged);
    return cards.filter(({ name }) => entries?.get(name)?.isArchived !== true);
  }

  /** The same with the archived ones. */
  async listAll(onDamaged?: (error: UserError) => void): Promise<ModelCard[]> {
    const shipped = await listModels(this.#folder, onDamaged);
    const own = this.#registry === null ? [] : await listModels(this.#registry.folder, onDamaged);
    const names = new Set(own.map(({ name }) => name));
    // The folder is the model's name, whatever the card says.
    return [...own, ...shipped.filter(({ name }) => !names.has(name))]
      .map(({ card, name }) => ({ ...card, name }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** True for the name of an installed model, sound or not: of a folder with a card. */
  isInstalled(name: string): boolean {
    return modelName.test(name) && this.#folderOf(name) !== null;
  }

  /**
   * The model of a name, or of a folder given by its path.
   *
   * @throws UserError 'model-not-found' or 'model-damaged'; a failure is not remembered
   */
  load(nameOrFolder: string): Promise<LoadedModel> {
    let loading = this.#loaded.get(nameOrFolder);
    if (loading === undefined) {
      const isName = modelName.test(nameOrFolder);
      const folder = isName
        ? (this.#folderOf(nameOrFolder) ?? join(this.#folder, nameOrFolder))
        : nameOrFolder;
      loading = loadModel(folder);
      this.#loaded.set(nameOrFolder, loading);
      loading.catch(() => this.#loaded.delete(nameOrFolder));
    }
    return loading;
  }

  /** Reads a model again when it is next asked for: another one has taken its name. */
  forget(name: string): void {
    this.#loaded.delete(name);
  }

  /** What a model was trained on, read once. @throws UserError 'model-damaged' */
  trainingImages({ folder, fingerprint }: LoadedModel): Promise<TrainingImages> {
    const key = `${fingerprint} ${folder}`;
    let reading = this.#training.get(key);
    if (reading === undefined) {
      reading = readTrainingImages(folder);
      this.#training.set(key, reading);
      reading.catch(() => this.#training.delete(key));
    }
    return reading;
  }

  /**
   * The name of the model that is used for a slot: what a person put to use, else the application's own of that name; null
   * where there is neither.
   *
   * @throws UserError 'store-…'
   */
  async nameInSlot(slot: ModelSlot): Promise<string | null> {
    const active = await this.#registry?.activeIn(slot);
    return active ?? (this.isInstalled(slot) ? slot : null);
  }

  /**
   * The model of the tumour class for a plane: the one in use for it, else the combined one.
   *
   * @param plane - null where nobody knows it, or not surely
   * @throws UserError 'model-not-found', 'model-damaged'
   */
  async forPlane(plane: Plane | null): Promise<LoadedModel> {
    return (plane === null ? null : await this.#inSlot(plane)) ?? this.combined();
  }

  /** The model in use for pictures of no certain plane. @throws UserError 'model-not-found', 'model-damaged' */
  async combined(): Promise<LoadedModel> {
    return (await this.#inSlot(combinedModelName)) ?? this.load(combinedModelName);
  }

  /** The model that names planes; null where none is installed. @throws UserError 'model-damaged' */
  planeModel(): Promise<LoadedModel | null> {
    return this.#inSlot(planeModelName);
  }

  async #inSlot(slot: ModelSlot): Promise<LoadedModel | null> {
    const name = await this.nameInSlot(slot);
    return name === null ? null : requireFit(await this.load(name), slot);
  }

  #folderOf(name: string): string | null {
    const places = [this.#registry?.folder, this.#folder].filter((place) => place !== undefined);
    const folders = places.map((place) => join(place, name));
    return folders.find((folder) => existsSync(join(folder, 'card.json'))) ?? null;
  }
}

/** What is in use for a slot promises what it is for; a card that says otherwise is a mix-up, not a choice. */
function requireFit(model: LoadedModel, slot: ModelSlot): LoadedModel {
  const { task, subset } = model.card;
  const isOwnName = model.name === slot;
  const fits =
    isOwnName && slot !== 'plane' ? task === 'tumour-class' && subset === slot : fitsSlot(model.card, slot);
  if (fits) return model;
  const reason = `Its card is of another kind (task “${task}”, subset “${subset}”) than its folder’s name says.`;
  throw new UserError('model-damaged', { model: model.name, reason });
}
