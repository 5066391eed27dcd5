import { DatasetStore } from '../datasets/workspace/DatasetStore.ts';

/** The workspace of data sets, opened when somebody asks for it first. */
export class DatasetSlot {
  readonly #folder: string;
  #opened: Promise<DatasetStore> | null = null;

  /** @param folder - that of the case store */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws UserError 'store-…'; one that failed is tried again */
  open(): Promise<DatasetStore> {
    const opened = (this.#opened ??= DatasetStore.open(this.#folder));
    opened.catch(() => (this.#opened = null));
    return opened;
  }

  async close(): Promise<void> {
    (await this.#opened?.catch(() => null))?.close();
  }
}
