import type { PickedFile } from '../../../src-shared/contract/bridge.ts';
import type { DeliveredBackup } from '../../../src-shared/contract/events.ts';
import type { BackupSummary } from '../../../src-shared/domain/backup.ts';
import { UserError } from '../../../src-shared/errors.ts';
import type { JobOptions, MainSide } from '../../bridge/MainSide.ts';
import { receiveFile } from '../../bridge/receiveFile.ts';
import { Task } from '../../bridge/Task.svelte.ts';

/** A backup that was chosen and is not restored yet. */
export interface ChosenBackup {
  source: string;
  name: string;
  summary: BackupSummary;
}

/** Backing the store up, and bringing a backup back. */
export class StoreBackup {
  /** The backup that was made last. */
  made = $state.raw<DeliveredBackup | null>(null);
  chosen = $state.raw<ChosenBackup | null>(null);
  /** The store has cases of its own, which the chosen backup would replace. */
  mustReplace = $state(false);
  restored = $state.raw<BackupSummary | null>(null);
  readonly task: Task;
  readonly #main: MainSide;

  constructor(main: MainSide) {
    this.#main = main;
    this.task = new Task(main);
  }

  /** Makes a backup and hands it over. */
  async backUp(): Promise<void> {
    await this.#work('Backing up', async (options) => {
      this.made = await this.#main.runJob('backUpStore', {}, options);
      receiveFile(this.made);
    });
  }

  /** Reads what a picked file says of itself. */
  async choose(files: readonly PickedFile[]): Promise<void> {
    await this.#work('Reading the backup', async (options) => {
      await this.#describe(await this.#main.addFiles(files, options));
    });
  }

  /** The same by the system's dialog. */
  async chooseByDialog(): Promise<void> {
    await this.#work('Reading the backup', async () => {
      const { sources } = await this.#main.call('chooseSources', { kind: 'files' });
      await this.#describe(sources);
    });
  }

  /** Puts the chosen backup in the place of the store; a store with cases is replaced only when asked to. */
  async restore(isReplacing: boolean): Promise<void> {
    const { chosen } = this;
    if (chosen === null) return;
    await this.#work('Restoring', async (options) => {
      const input = { source: chosen.source, isReplacing };
      this.restored = await this.#main.runJob('restoreStore', input, options).catch((error: unknown) => {
        if (!(error instanceof UserError) || error.code !== 'store-not-empty') throw error;
        this.mustReplace = true;
        return null;
      });
      if (this.restored !== null) this.chosen = null;
    });
  }

  /** Leaves the store as it is. */
  forget(): void {
    this.chosen = null;
    this.mustReplace = false;
    this.task.failure = null;
  }

  /** Stops what is under way. */
  cancel(): void {
    this.task.cancel();
  }

  async #describe(sources: readonly { source: string; name: string }[]): Promise<void> {
    const [first] = sources;
    if (first === undefined) return;
    const summary = await this.#main.call('describeBackup', { source: first.source });
    this.chosen = { source: first.source, name: first.name, summary };
    this.mustReplace = false;
  }

  async #work(label: string, action: (options: JobOptions) => Promise<void>): Promise<void> {
    if (this.task.running !== null) return;
    this.made = this.restored = null;
    await this.task.work(label, action);
  }
}
