import type { Outcome } from '../errors.ts';
import type { OpenedSource } from './calls.ts';
import type { HostEvent } from './events.ts';

/** A file that the page was given: the DOM's `File`, of which this side needs to know only the name. */
export interface PickedFile {
  readonly name: string;
}

/**
 * What the Electron preload puts on `window.bratum`, and all of it.
 * The browser host's WebSocket client implements the same interface, so the renderer knows one bridge.
 */
export interface HostBridge {
  /** Sends a call; the main side validates name and input. */
  call(name: string, input: unknown): Promise<Outcome<unknown>>;
  /** Listens to every event until the returned function is called. */
  listen(listener: (event: HostEvent) => void): () => void;
  /** Turns dropped or picked files into handles; paths never reach the page. */
  addFiles(files: readonly PickedFile[]): Promise<Outcome<OpenedSource[]>>;
}
