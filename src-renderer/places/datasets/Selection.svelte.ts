/** Which places of a long list are selected: a cursor, a range that reaches from an anchor to it, and single ones. */
export class Selection {
  cursor = $state(0);
  size = $state(0);
  /** Counts up with every change, for whoever draws it. */
  version = $state(0);
  #anchor = 0;
  #flags = new Uint8Array(0);

  /** Another list: nothing but the cursor's place is selected. */
  begin(count: number, cursor: number): void {
    this.#flags = new Uint8Array(count);
    this.size = 0;
    this.cursor = 0;
    if (count > 0) this.go(Math.min(cursor, count - 1));
    this.version++;
  }

  has(index: number): boolean {
    void this.version;
    return this.#flags[index] === 1;
  }

  /** The selected places in order. */
  indices(): number[] {
    const out: number[] = [];
    for (let index = 0; index < this.#flags.length && out.length < this.size; index++)
      if (this.#flags[index] === 1) out.push(index);
    return out;
  }

  /** Moves the cursor, and selects its place alone, or all from the anchor to it. */
  go(index: number, isExtending = false): void {
    if (!isExtending) this.#anchor = index;
    this.cursor = index;
    const [first, last] = [Math.min(index, this.#anchor), Math.max(index, this.#anchor)];
    this.#set((flags) => flags.fill(1, first, last + 1));
  }

  /** Adds a place, or takes it away. */
  toggle(index: number): void {
    if (index >= this.#flags.length) return;
    this.cursor = this.#anchor = index;
    this.#flags[index] = this.#flags[index] === 1 ? 0 : 1;
    this.size += this.#flags[index] === 1 ? 1 : -1;
    this.version++;
  }

  selectAll(): void {
    this.#set((flags) => flags.fill(1));
  }

  /** Selects places, the last of which gets the cursor. */
  select(indices: readonly number[]): void {
    const last = indices.at(-1);
    if (last === undefined) return;
    this.#set((flags) => indices.forEach((index) => (flags[index] = 1)));
    this.cursor = last;
    this.#anchor = indices[0]!;
  }

  #set(mark: (flags: Uint8Array) => void): void {
    this.#flags.fill(0);
    mark(this.#flags);
    this.size = this.#flags.reduce((sum, flag) => sum + flag, 0);
    this.version++;
  }
}
