import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadedModel } from '../../src-shared/domain/inference.ts';
import type { ModelCard } from '../../src-shared/domain/modelCard.ts';
import type { Plane } from '../../src-shared/domain/plane.ts';
import { UserError } from '../../src-shared/errors.ts';
import { listModels, loadModel } from '../inference/loadModel.ts';

const modelName = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** The installed models by name, each loaded and checked once. */
export class ModelLibrary {
  readonly #folder: string;
  readonly #loaded = new Map<string, Promise<LoadedModel>>();

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

  /** True for the name of an installed model, sound or not. */
  isInstalled(name: string): boolean {
    return modelName.test(name) && existsSync(join(this.#folder, name));
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

  /** The model for a plane: the plane's own where it is installed, else the combined one. */
  async forPlane(plane: Plane | null): Promise<LoadedModel> {
    if (plane === null) return this.load('combined');
    try {
      return await this.load(plane);
    } catch (error) {
      if (error instanceof UserError && error.code === 'model-not-found') return this.load('combined');
      throw error;
    }
  }
}
