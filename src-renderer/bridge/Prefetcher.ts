/**
 * Loads ahead of the reader, a few at a time, so that what is wanted now never waits behind a long queue. New
 * wishes replace the old ones that have not begun: who scrolls past a hundred slices does not load them all.
 */
export class Prefetcher {
  readonly #load: (key: string) => Promise<unknown>;
  readonly #parallel: number;
  #waiting: string[] = [];
  #running = 0;

  /**
   * @param load - loads a key; should be quick for one that is here already
   * @param parallel - so many are loaded at once
   */
  constructor(load: (key: string) => Promise<unknown>, parallel: number) {
    this.#load = load;
    this.#parallel = parallel;
  }

  /** Wishes for these, the first soonest, and no longer for any others. */
  want(keys: readonly string[]): void {
    this.#waiting = [...keys];
    while (this.#running < this.#parallel && this.#waiting.length > 0) void this.#next();
  }

  async #next(): Promise<void> {
    this.#running++;
    for (let key = this.#waiting.shift(); key !== undefined; key = this.#waiting.shift()) {
      // A picture that cannot be read says so when the reader gets there.
      await this.#load(key).catch(() => undefined);
    }
    this.#running--;
  }
}
