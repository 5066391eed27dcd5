import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadedModel } from '../../src-shared/domain/inference.ts';
import type { ModelCard } from '../../src-shared/domain/modelCard.ts';
import type { Plane } from '../../src-shared/domain/plane.ts';
import { UserError } from '../../src-shared/errors.ts';
import { listModels, loadModel } from '../network/loadModel.ts';
import { readTrainingImages, type TrainingImages } from '../training/evaluation/TrainingImages.ts';

const modelName = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** The installed model that names planes. */
export const planeModelName = 'plane';

/** The installed model that answers for every plane. */
export const combinedModelName = 'combined';

/** The installed models by name, each loaded and checked once. */
export class ModelLibrary {
  readonly #folder: string;
  readonly #loaded = new Map<string, Promise<LoadedModel>>();
  readonly #training = new Map<string, Promise<TrainingImages>>();

  constructor(modelsFolder: string) {
    this.#folder = modelsFolder;
  }

  /**
   * The cards of all installed models that pass their checks.
   *
   * @param onDamaged - hears of each that does not
   */
  async list(onDamaged?: (error: UserError) => void): Promise<ModelCard[]> {
    return (await listModels(this.#folder, onDamaged)).map(({ card }) => card);
  }

  /** True for the name of an installed model, sound or not: of a folder with a card. */
  isInstalled(name: string): boolean {
    return modelName.test(name) && existsSync(join(this.#folder, name, 'card.json'));
  }

  /**
   * The model of a name, or of a folder given by its path.
   *
   * @throws UserError 'model-not-found' or 'model-damaged'; a failure is not remembered
   */
  load(nameOrFolder: string): Promise<LoadedModel> {
    let loading = this.#loaded.get(nameOrFolder);
    if (loading === undefined) {
      const folder = modelName.test(nameOrFolder) ? join(this.#folder, nameOrFolder) : nameOrFolder;
      loading = loadModel(folder);
      this.#loaded.set(nameOrFolder, loading);
      loading.catch(() => this.#loaded.delete(nameOrFolder));
    }
    return loading;
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
   * The model of the tumour class for a plane: the plane's own where it is installed, else the combined one.
   *
   * @param plane - null where nobody knows it, or not surely
   * @throws UserError 'model-not-found', 'model-damaged'
   */
  async forPlane(plane: Plane | null): Promise<LoadedModel> {
    if (plane === null || !this.isInstalled(plane)) return this.load(combinedModelName);
    return requireCard(
      await this.load(plane),
      ({ task, subset }) => task === 'tumour-class' && subset === plane,
    );
  }

  /** The model that names planes; null where none is installed. @throws UserError 'model-damaged' */
  async planeModel(): Promise<LoadedModel | null> {
    if (!this.isInstalled(planeModelName)) return null;
    return requireCard(await this.load(planeModelName), ({ task }) => task === 'plane');
  }
}

/** The folder's name promises what the model is for; a card that says otherwise is a mix-up, not a choice. */
function requireCard(model: LoadedModel, isExpected: (card: ModelCard) => boolean): LoadedModel {
  if (isExpected(model.card)) return model;
  const { task, subset } = model.card;
  const reason = `Its card is of another kind (task “${task}”, subset “${subset}”) than its folder’s name says.`;
  throw new UserError('model-damaged', { model: model.name, reason });
}
