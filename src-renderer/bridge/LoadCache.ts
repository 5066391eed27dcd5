/**
 * Values that are dear to load, kept up to a number of bytes: the least recently used goes first. Loads of
 * one key that overlap are one load, and a load that failed is forgotten, so that it can be tried again.
 */
export class LoadCache<Value> {
  readonly #values = new Map<string, Value>();
  readonly #loads = new Map<string, Promise<Value>>();
  readonly #load: (key: string) => Promise<Value>;
  readonly #sizeOf: (value: Value) => number;
  readonly #limitBytes: number;
  #bytes = 0;

  /**
   * @param load - loads the value of a key
   * @param sizeOf - bytes that a value takes
   * @param limitBytes - more than this is not kept, except for the value that was loaded last
   */
  constructor(load: (key: string) => Promise<Value>, sizeOf: (value: Value) => number, limitBytes: number) {
    this.#load = load;
    this.#sizeOf = sizeOf;
    this.#limitBytes = limitBytes;
  }

  /** The value if it is here now. */
  peek(key: string): Value | undefined {
    const value = this.#values.get(key);
    if (value !== undefined) {
      this.#values.delete(key);
      this.#values.set(key, value);
    }
    return value;
  }

  /** The value, loaded if need be. */
  get(key: string): Promise<Value> {
    const value = this.peek(key);
    if (value !== undefined) return Promise.resolve(value);
    const running = this.#loads.get(key);
    if (running !== undefined) return running;
    const load = this.#load(key)
      .then((loaded) => this.#keep(key, loaded))
      .finally(() => this.#loads.delete(key));
    this.#loads.set(key, load);
    return load;
  }

  #keep(key: string, value: Value): Value {
    this.#values.set(key, value);
    this.#bytes += this.#sizeOf(value);
    for (const [oldKey, old] of this.#values) {
      if (this.#bytes <= this.#limitBytes || oldKey === key) break;
      this.#values.delete(oldKey);
      this.#bytes -= this.#sizeOf(old);
    }
    return value;
  }
}
