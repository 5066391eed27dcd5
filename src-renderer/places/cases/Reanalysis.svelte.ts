import type { ReanalysisSummary } from '../../../src-shared/domain/cases.ts';
import type { MainSide } from '../../bridge/MainSide.ts';
import type { Preferences } from '../../bridge/Preferences.svelte.ts';
import { Task } from '../../bridge/Task.svelte.ts';

/** Another run of a model on a stored case, and what it changed. */
export class Reanalysis {
  /** The case that the rest is about; null before the first run. */
  caseId = $state<string | null>(null);
  summary = $state.raw<ReanalysisSummary | null>(null);
  readonly task: Task;
  readonly #preferences: Preferences;

  constructor(main: MainSide, preferences: Preferences) {
    this.task = new Task(main);
    this.#preferences = preferences;
  }

  /** Runs a model, by name or 'auto', on all of a case. One run at a time. */
  async start(caseId: string, model: string): Promise<void> {
    if (this.task.running !== null) return;
    this.caseId = caseId;
    this.summary = null;
    const input = { id: caseId, model, provider: this.#preferences.current.provider };
    await this.task.run('Analysing again', 'reanalyseCase', input, (summary) => {
      this.summary = summary;
    });
  }

  /** Stops the run; answers that it has found already are kept. */
  cancel(): void {
    this.task.cancel();
  }
}
