import type { PickedFile } from '../../../src-shared/contract/bridge.ts';
import type { DeliveredBackup } from '../../../src-shared/contract/events.ts';
import type { BackupSummary } from '../../../src-shared/domain/backup.ts';
import { toFailure, UserError, type Failure } from '../../../src-shared/errors.ts';
import type { MainSide } from '../../bridge/MainSide.ts';
import { receiveFile } from '../../bridge/receiveFile.ts';

/** A backup that was chosen and is not restored yet. */
export interface ChosenBackup {
  source: string;
  name: string;
  summary: BackupSummary;
}

/** Backing the store up, and bringing a backup back. */
export class StoreBackup {
  running = $state.raw<{ label: string; done: number; total: number | null } | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** The backup that was made last. */
  made = $state.raw<DeliveredBackup | null>(null);
  chosen = $state.raw<ChosenBackup | null>(null);
  /** The store has cases of its own, which the chosen backup would replace. */
  mustReplace = $state(false);
  restored = $state.raw<BackupSummary | null>(null);
  readonly #main: MainSide;
  #run: AbortController | null = null;

  constructor(main: MainSide) {
    this.#main = main;
  }

  /** Makes a backup and hands it over. */
  async backUp(): Promise<void> {
    await this.#work('Backing up', async (signal, onProgress) => {
      this.made = await this.#main.runJob('backUpStore', {}, { signal, onProgress });
      receiveFile(this.made);
    });
  }

  /** Reads what a picked file says of itself. */
  async choose(files: readonly PickedFile[]): Promise<void> {
    await this.#work('Reading the backup', async (signal, onProgress) => {
      await this.#describe(await this.#main.addFiles(files, { signal, onProgress }));
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
    await this.#work('Restoring', async (signal, onProgress) => {
      const input = { source: chosen.source, isReplacing };
      this.restored = await this.#main
        .runJob('restoreStore', input, { signal, onProgress })
        .catch((error: unknown) => {
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
    this.failure = null;
  }

  /** Stops what is under way. */
  cancel(): void {
    this.#run?.abort();
  }

  async #describe(sources: readonly { source: string; name: string }[]): Promise<void> {
    const [first] = sources;
    if (first === undefined) return;
    const summary = await this.#main.call('describeBackup', { source: first.source });
    this.chosen = { source: first.source, name: first.name, summary };
    this.mustReplace = false;
  }

  async #work(
    label: string,
    action: (signal: AbortSignal, onProgress: (done: number, total: number | null) => void) => Promise<void>,
  ): Promise<void> {
    if (this.#run !== null) return;
    const run = new AbortController();
    this.#run = run;
    this.failure = this.made = this.restored = null;
    this.running = { label, done: 0, total: null };
    try {
      await action(run.signal, (done, total) => (this.running = { label, done, total }));
    } catch (error) {
      const failure = toFailure(error);
      if (failure.code !== 'cancelled') this.failure = failure;
    } finally {
      this.#run = null;
      this.running = null;
    }
  }
}
