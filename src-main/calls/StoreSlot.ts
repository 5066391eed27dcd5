import type { CaseStore } from '../cases/CaseStore.ts';

/**
 * The case store as everybody else holds it, while the store behind it can be exchanged. Calls that come meanwhile wait
 * for the new one; that all of them return promises makes it possible.
 */
export class StoreSlot {
  readonly #reopen: () => Promise<CaseStore>;
  #current: Promise<CaseStore>;
  /** Passes every call on to the store of the moment. */
  readonly store: CaseStore;

  /** @param reopen - opens the store that lies in the folder by then */
  constructor(first: CaseStore, reopen: () => Promise<CaseStore>) {
    this.#reopen = reopen;
    this.#current = Promise.resolve(first);
    const call = async (name: keyof CaseStore, values: unknown[]): Promise<unknown> => {
      const store = await this.#current;
      return (store[name] as (...values: unknown[]) => Promise<unknown>).apply(store, values);
    };
    this.store = new Proxy(first, {
      // What no store has, such as `then`, is nothing to wait for.
      get: (target, name) =>
        name in target ? (...values: unknown[]) => call(name as keyof CaseStore, values) : undefined,
    });
  }

  /**
   * Closes the store, does the work, and opens what lies in the folder then.
   *
   * @throws what the work throws, after the store was opened again; or what opening throws
   */
  async exchange(work: () => Promise<void>): Promise<void> {
    const old = await this.#current;
    let failure: { cause: unknown } | null = null;
    const closeAndWork = async (): Promise<void> => {
      await old.close();
      await work();
    };
    this.#current = closeAndWork()
      .catch((cause: unknown) => void (failure = { cause }))
      .then(() => this.#reopen());
    await this.#current;
    if (failure !== null) throw (failure as { cause: unknown }).cause;
  }
}
