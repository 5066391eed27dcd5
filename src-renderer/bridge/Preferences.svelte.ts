import { defaultSettings, type Settings } from '../../src-shared/contract/settings.ts';
import type { MainSide } from './MainSide.ts';

/** A slider is dragged through many values; the last one of such a time is written. */
const restMs = 300;

/** The remembered settings: changed at once on the screen, written a moment later. */
export class Preferences {
  current = $state.raw<Settings>(defaultSettings);
  readonly #main: MainSide;
  #unwritten: Partial<Settings> = {};
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(main: MainSide) {
    this.#main = main;
  }

  /** Reads what was remembered; the defaults stay where that fails. */
  async read(): Promise<void> {
    const remembered = await this.#main.call('readSettings', {});
    this.current = { ...remembered, ...this.#unwritten };
  }

  change(settings: Partial<Settings>): void {
    this.current = { ...this.current, ...settings };
    Object.assign(this.#unwritten, settings);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#write(), restMs);
  }

  #write(): void {
    const settings = this.#unwritten;
    this.#unwritten = {};
    // Preferences that could not be written are no reason to interrupt a reading.
    this.#main.call('writeSettings', settings).catch(() => undefined);
  }
}
