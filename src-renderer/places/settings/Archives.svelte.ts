import type { ListedArchive } from '../../../src-shared/contract/pacsCalls.ts';
import type { MainSide } from '../../bridge/MainSide.ts';
import { Task } from '../../bridge/Task.svelte.ts';
import { durationText } from '../../text/numberTexts.ts';

/** An archive as it stands in the form. */
export interface ArchiveForm {
  name: string;
  address: string;
  callingAeTitle: string;
  /** Empty: C-GET. */
  movePort: string;
  user: string;
  password: string;
  caCertificate: string;
}

export const emptyArchive: ArchiveForm = {
  ...{ name: '', address: '', callingAeTitle: '', movePort: '' },
  ...{ user: '', password: '', caCertificate: '' },
};

/** The archives in the settings: adding, testing and removing them. */
export class Archives {
  list = $state.raw<readonly ListedArchive[]>([]);
  /** Where passwords are kept on this machine. */
  keeping = $state<'keychain' | 'file'>('file');
  /** What the last test said, and of which archive. */
  tested = $state.raw<{ name: string; words: string } | null>(null);
  readonly task: Task;
  readonly #main: MainSide;
  readonly #onChanged: () => void;

  constructor(main: MainSide, onChanged: () => void) {
    this.#main = main;
    this.#onChanged = onChanged;
    this.task = new Task(main);
  }

  async read(): Promise<void> {
    await this.task.try(async () => {
      const { archives, keeping } = await this.#main.call('listArchives', {});
      this.list = archives;
      this.keeping = keeping;
    });
  }

  /** @returns true where it was saved */
  async save({ name, address, callingAeTitle, movePort, user, password, caCertificate }: ArchiveForm) {
    let isSaved = false;
    this.tested = null;
    await this.task.try(async () => {
      await this.#main.call('saveArchive', {
        ...{ name, address, callingAeTitle },
        movePort: movePort.trim() === '' ? null : Number(movePort),
        caCertificate: caCertificate.trim() === '' ? null : caCertificate,
        credentials: user === '' ? null : { user, password },
      });
      isSaved = true;
      await this.read();
      this.#onChanged();
    });
    return isSaved;
  }

  async remove(name: string): Promise<void> {
    this.tested = null;
    await this.task.try(async () => {
      await this.#main.call('removeArchive', { name });
      await this.read();
      this.#onChanged();
    });
  }

  async test(name: string): Promise<void> {
    this.tested = null;
    await this.task.run(`Asking ${name}`, 'testArchive', { name }, ({ elapsedMs }) => {
      this.tested = { name, words: `${name} answers, within ${durationText(elapsedMs)}` };
    });
  }
}
