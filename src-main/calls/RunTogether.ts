interface Waiting<In, Out> {
  item: In;
  resolve: (out: Out) => void;
  reject: (error: unknown) => void;
}

/**
 * Collects questions that come one by one and asks them together: what arrives while a run is under way waits for
 * the next, up to `most` in one. A failed run fails each question in it.
 */
export class RunTogether<In, Out> {
  readonly #run: (items: readonly In[]) => Promise<Out[]>;
  readonly #most: number;
  readonly #waiting: Waiting<In, Out>[] = [];
  #isRunning = false;

  /** @param run - one answer for each item, in their order */
  constructor(run: (items: readonly In[]) => Promise<Out[]>, most: number) {
    this.#run = run;
    this.#most = most;
  }

  ask(item: In): Promise<Out> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      void this.#work();
    });
  }

  async #work(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#most);
      try {
        const answers = await this.#run(batch.map(({ item }) => item));
        batch.forEach(({ resolve }, i) => resolve(answers[i]!));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#isRunning = false;
  }
}
