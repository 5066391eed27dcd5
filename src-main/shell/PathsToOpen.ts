/**
 * Files and folders that the system asked for: a double click, "open with", a second start. They wait
 * until there is a page to hear of them.
 */
export class PathsToOpen {
  #waiting: string[] = [];
  #deliver: ((paths: readonly string[]) => void) | null = null;

  /** Delivers at once where somebody listens, else later. */
  add(paths: readonly string[]): void {
    this.#waiting.push(...paths);
    this.#flush();
  }

  /** From now on paths go to this function, beginning with those that wait; null lets them wait again. */
  deliverTo(deliver: ((paths: readonly string[]) => void) | null): void {
    this.#deliver = deliver;
    this.#flush();
  }

  #flush(): void {
    if (this.#deliver !== null && this.#waiting.length > 0) this.#deliver(this.#waiting.splice(0));
  }
}
