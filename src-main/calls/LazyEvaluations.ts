import { EvaluationStore } from '../training/evaluation/EvaluationStore.ts';

/** The store of evaluations, opened when somebody first needs it; a failure is not remembered. */
export class LazyEvaluations {
  readonly #folder: string;
  #opening: Promise<EvaluationStore> | null = null;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws UserError 'store-…' */
  store(): Promise<EvaluationStore> {
    if (this.#opening === null) {
      const opening = EvaluationStore.open(this.#folder);
      opening.catch(() => (this.#opening = null));
      this.#opening = opening;
    }
    return this.#opening;
  }

  async close(): Promise<void> {
    (await this.#opening?.catch(() => null))?.close();
  }
}
