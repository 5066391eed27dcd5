import type { HostName, OpenedSource } from '../../src-shared/contract/calls.ts';
import type { HostEvent } from '../../src-shared/contract/events.ts';
import type { Outcome } from '../../src-shared/errors.ts';

/** What a host (shell, browser host, command line) provides to the handlers. */
export interface Host {
  name: HostName;
  version: string;
  /** Opens the system's dialog and returns the chosen absolute paths; null where the host has no dialogs. */
  choosePaths: ((kind: 'files' | 'folder') => Promise<string[]>) | null;
  /** Delivers an event to every connected renderer. */
  emit(event: HostEvent): void;
  /** Called with each path that a person opened, for the system's own list of recent documents. */
  pathOpened?(path: string): void;
}

/** The application behind a host: the same handlers for all three. */
export interface Workstation {
  /** Validates and carries out one call; never throws. */
  dispatch(name: string, input: unknown): Promise<Outcome<unknown>>;
  /** Issues handles for absolute paths that came from a dialog, a drop, an upload or the command line. */
  addPaths(paths: readonly string[]): OpenedSource[];
  close(): Promise<void>;
}
