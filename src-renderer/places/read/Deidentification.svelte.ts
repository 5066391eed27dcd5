import type { DeidentificationPreview } from '../../../src-shared/contract/deidentificationCalls.ts';
import type { SliceHandle } from '../../../src-shared/domain/collection.ts';
import {
  strictestDeidentification,
  type DeidentificationOptions,
} from '../../../src-shared/domain/deidentification.ts';
import { toFailure, type Failure } from '../../../src-shared/errors.ts';
import type { MainSide } from '../../bridge/MainSide.ts';
import { receiveFile } from '../../bridge/receiveFile.ts';
import type { Progress } from './Answers.svelte.ts';

/** Opened files on their way out without their patients: what would go, then the copies themselves. */
export class Deidentification {
  options = $state.raw<DeidentificationOptions>(strictestDeidentification);
  /** The newest one that is complete; it may belong to the options before the last change. */
  preview = $state.raw<DeidentificationPreview | null>(null);
  running = $state.raw<(Progress & { step: 'looking' | 'saving' }) | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** Name of the file that was saved last. */
  saved = $state.raw<string | null>(null);
  readonly #main: MainSide;
  #run: AbortController | null = null;

  constructor(main: MainSide) {
    this.#main = main;
  }

  /** Begins anew, for other files. */
  reset(): void {
    this.cancel();
    this.preview = null;
    this.failure = null;
    this.saved = null;
  }

  /** Finds out what would become of the files of the slices. A look that is under way gives way to this one. */
  async look(slices: readonly SliceHandle[]): Promise<void> {
    await this.#work('looking', async (job) => {
      const preview = await this.#main.runJob('previewDeidentification', this.#request(slices), job);
      if (job.signal.aborted) return;
      this.preview = preview;
      this.saved = null;
    });
  }

  /** Makes the copies and hands them over. */
  async save(slices: readonly SliceHandle[]): Promise<void> {
    await this.#work('saving', async (job) => {
      const delivered = await this.#main.runJob('deidentify', this.#request(slices), job);
      receiveFile(delivered);
      this.preview = delivered;
      this.saved = delivered.name;
    });
  }

  cancel(): void {
    this.#run?.abort();
    this.#run = null;
    this.running = null;
  }

  #request(slices: readonly SliceHandle[]) {
    return { slices: [...slices], options: this.options };
  }

  async #work(
    step: 'looking' | 'saving',
    work: (job: {
      signal: AbortSignal;
      onProgress: (done: number, total: number | null) => void;
    }) => Promise<void>,
  ): Promise<void> {
    this.cancel();
    const run = new AbortController();
    this.#run = run;
    this.failure = null;
    this.running = { step, done: 0, total: null };
    const onProgress = (done: number, total: number | null) => {
      if (!run.signal.aborted) this.running = { step, done, total };
    };
    try {
      await work({ signal: run.signal, onProgress });
    } catch (error) {
      const failure = toFailure(error);
      if (!run.signal.aborted && failure.code !== 'cancelled') this.failure = failure;
    }
    if (this.#run !== run) return;
    this.#run = null;
    this.running = null;
  }
}
