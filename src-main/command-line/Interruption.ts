import { UserError } from '../../src-shared/errors.ts';

const parentCheckMs = 500;

/**
 * What ends a command before its time: Ctrl+C, SIGTERM, a reader that closed our standard output (`… | head`), and,
 * under npm, the end of the shell that npm started us in. npm passes a SIGTERM to that shell only, which dies of it
 * without a word: `npm run bratum -- serve` would go on serving for nobody.
 */
export class Interruption implements Disposable {
  readonly #controller = new AbortController();
  readonly #parent = process.ppid;
  readonly #parentCheck: NodeJS.Timeout | null;
  #outputError: NodeJS.ErrnoException | null = null;

  constructor() {
    process.on('SIGINT', this.#interrupt);
    process.on('SIGTERM', this.#interrupt);
    process.stdout.on('error', this.#loseOutput);
    const isUnderNpm = process.env['npm_lifecycle_event'] !== undefined;
    this.#parentCheck = isUnderNpm ? setInterval(this.#checkParent, parentCheckMs).unref() : null;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Waits until everything printed has left the process. @throws UserError 'disk-full', or what else went wrong */
  async outputWritten(): Promise<void> {
    await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
    const error = this.#outputError;
    if (error !== null)
      throw error.code === 'ENOSPC' ? new UserError('disk-full', {}, { cause: error }) : error;
  }

  /** From here on signals act as they always do. A lost output stays watched: unheard, it would end the process. */
  [Symbol.dispose](): void {
    process.off('SIGINT', this.#interrupt);
    process.off('SIGTERM', this.#interrupt);
    if (this.#parentCheck !== null) clearInterval(this.#parentCheck);
  }

  readonly #interrupt = (): void => this.#controller.abort();

  readonly #loseOutput = (error: NodeJS.ErrnoException): void => {
    if (error.code === 'EPIPE') this.#interrupt();
    else this.#outputError ??= error;
  };

  readonly #checkParent = (): void => {
    if (process.ppid !== this.#parent) this.#interrupt();
  };
}
