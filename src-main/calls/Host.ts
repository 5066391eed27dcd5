import type { HostName, OpenedSource } from '../../src-shared/contract/calls.ts';
import type { HostEvent } from '../../src-shared/contract/events.ts';
import type { Outcome } from '../../src-shared/errors.ts';

/** A place for one file. Exactly one of its functions is called in the end. */
export interface FileTarget {
  /** Absolute; nothing lies there yet, or what the person agreed to replace. */
  path: string;
  /** Hands over what was written. @returns the address from which the page fetches it, or null where it need not */
  handOver(): Promise<string | null>;
  /** Nothing was written. */
  giveUp(): Promise<void>;
}

/** What a host (shell, browser host, command line) provides to the handlers. */
export interface Host {
  name: HostName;
  version: string;
  /** Opens the system's dialog and returns the chosen absolute paths; null where the host has no dialogs. */
  choosePaths: ((kind: 'files' | 'folder') => Promise<string[]>) | null;
  /**
   * Finds a place for a file that goes to the person at the screen (`deliverFile`); null as a result means that they
   * thought better of it, null in its place that the host has no screen.
   */
  chooseTarget: ((name: string) => Promise<FileTarget | null>) | null;
  /** Delivers an event to every connected renderer. */
  emit(event: HostEvent): void;
  /** Called with each path that a person opened, for the system's own list of recent documents. */
  pathOpened?(path: string): void;
  /** True for a path whose files go when the host closes, such as an upload. */
  isPassing?(path: string): boolean;
  /** Tells the person at the machine something, wherever they are; where the host can. */
  notify?(title: string, words: string): void;
}

/** The application behind a host: the same handlers for all three. */
export interface Workstation {
  /** Validates and carries out one call; never throws. */
  dispatch(name: string, input: unknown): Promise<Outcome<unknown>>;
  /** Issues handles for absolute paths that came from a dialog, a drop, an upload or the command line. */
  addPaths(paths: readonly string[]): OpenedSource[];
  /** Prepares for the first answer, once; a host calls it when a person has the page before them. */
  warmUp(): void;
  /** True while a training run is at work. */
  isBusy(): boolean;
  close(): Promise<void>;
}
