import type { OpenedSource } from '../../../src-shared/contract/calls.ts';
import type { ReceivingSettings, ReceivingStatus } from '../../../src-shared/contract/receivingCalls.ts';
import type { MainSide } from '../../bridge/MainSide.ts';
import { Task } from '../../bridge/Task.svelte.ts';

/** The settings of receiving as they stand in the form. */
export interface ReceivingForm extends Omit<ReceivingSettings, 'allowedCallers'> {
  /** Titles, with anything that no title has in between. */
  callers: string;
  /** Empty: as before. */
  key: string;
}

/** Receiving pictures, in the settings: what it does, and how. */
export class Receiving {
  status = $state.raw<ReceivingStatus | null>(null);
  readonly task: Task;
  readonly #main: MainSide;

  constructor(main: MainSide) {
    this.#main = main;
    this.task = new Task(main);
  }

  /** Reads the status, now and whenever it changes. @returns ends that */
  watch(): () => void {
    void this.#read();
    return this.#main.on('receivingChanged', () => void this.#read());
  }

  /** The settings in force, to be changed; null before they are known. */
  form(): ReceivingForm | null {
    if (this.status === null) return null;
    const { allowedCallers, rules, ...settings } = this.status.settings;
    return { ...settings, rules: { ...rules }, callers: allowedCallers.join(' '), key: '' };
  }

  /** @returns true where it was saved */
  async save({ callers, key, ...settings }: ReceivingForm): Promise<boolean> {
    const allowedCallers = callers.split(/[\s,;\\]+/).filter((title) => title !== '');
    return this.#change({ ...settings, allowedCallers }, key.trim() === '' ? null : key);
  }

  async switch(isOn: boolean): Promise<void> {
    if (this.status !== null) await this.#change({ ...this.status.settings, isOn }, null);
  }

  /** What was received, as a source that can be opened; null where that failed. */
  async open(): Promise<OpenedSource | null> {
    let opened: OpenedSource | null = null;
    await this.task.try(async () => {
      opened = (await this.#main.call('openReceived', {})).source;
    });
    return opened;
  }

  async #read(): Promise<void> {
    await this.task.try(async () => {
      this.status = await this.#main.call('readReceiving', {});
    });
  }

  async #change(settings: ReceivingSettings, key: string | null): Promise<boolean> {
    let isSaved = false;
    await this.task.try(async () => {
      this.status = await this.#main.call('changeReceiving', { settings, key });
      isSaved = true;
    });
    return isSaved;
  }
}
