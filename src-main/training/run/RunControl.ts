import { throwIfCancelled, type CancelSignal } from '../../../src-shared/errors.ts';

/** Lets somebody outside hold a run, let it go on, or end it early with what it has. */
export class RunControl {
  /** Cancels the run. */
  readonly signal: CancelSignal | undefined;
  #held: PromiseWithResolvers<void> | null = null;
  #isFinishing = false;

  /** @param signal - cancels the run; its last checkpoint is kept */
  constructor(signal?: CancelSignal) {
    this.signal = signal;
    signal?.addEventListener('abort', () => this.resume(), { once: true });
  }

  get isPaused(): boolean {
    return this.#held !== null;
  }

  /** True once the run is to end and keep its best epoch. */
  get isFinishing(): boolean {
    return this.#isFinishing;
  }

  get isCancelled(): boolean {
    return this.signal?.aborted === true;
  }

  pause(): void {
    if (!this.isCancelled) this.#held ??= Promise.withResolvers();
  }

  resume(): void {
    this.#held?.resolve();
    this.#held = null;
  }

  /** Ends the run after the step under way, as if its epochs were done. */
  finishEarly(): void {
    this.#isFinishing = true;
    this.resume();
  }

  /** Waits while the run is paused. @throws UserError 'cancelled' */
  async allowed(): Promise<void> {
    while (this.#held !== null) await this.#held.promise;
    throwIfCancelled(this.signal);
  }
}
