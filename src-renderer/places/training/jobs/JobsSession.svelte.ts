import type { CallOutput } from '../../../../src-shared/contract/calls.ts';
import type { MainSide } from '../../../bridge/MainSide.ts';
import { Task } from '../../../bridge/Task.svelte.ts';

const pollMs = 2_000;

/** The jobs of large batches, read again and again while somebody looks. */
export class JobsSession {
  /** Null until they were read. */
  overview = $state.raw<CallOutput<'readJobs'> | null>(null);
  readonly task: Task;
  readonly #main: MainSide;

  constructor(main: MainSide) {
    this.#main = main;
    this.task = new Task(main);
  }

  /** Reads now and every two seconds. @returns ends that */
  watch(): () => void {
    let timer: ReturnType<typeof setTimeout> | null = null;
    let isOver = false;
    const look = async (): Promise<void> => {
      await this.read();
      if (!isOver) timer = setTimeout(() => void look(), pollMs);
    };
    void look();
    return () => {
      isOver = true;
      if (timer !== null) clearTimeout(timer);
    };
  }

  async read(): Promise<void> {
    await this.task.try(async () => (this.overview = await this.#main.call('readJobs', {})));
  }

  async cancel(id: string): Promise<void> {
    await this.task.try(async () => {
      await this.#main.call('cancelSubmission', { id });
      this.overview = await this.#main.call('readJobs', {});
    });
  }
}
