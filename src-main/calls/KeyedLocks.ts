/**
 * Work on named things, one at a time for each name. All names of a piece of work are queued for at once, so that two
 * pieces of work can never wait for each other.
 */
export class KeyedLocks {
  readonly #lastOf = new Map<string, Promise<void>>();

  /** Runs `work` when everything that asked earlier for one of `keys` has ended, well or not. */
  async hold<T>(keys: readonly string[], work: () => Promise<T>): Promise<T> {
    const earlier = keys.flatMap((key) => this.#lastOf.get(key) ?? []);
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    for (const key of keys) this.#lastOf.set(key, ended);
    try {
      await Promise.all(earlier);
      return await work();
    } finally {
      end();
      for (const key of keys) if (this.#lastOf.get(key) === ended) this.#lastOf.delete(key);
    }
  }
}
