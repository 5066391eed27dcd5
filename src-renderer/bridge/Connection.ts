import type { HostBridge, PickedFile } from '../../src-shared/contract/bridge.ts';
import type { OpenedSource } from '../../src-shared/contract/calls.ts';
import type { Outcome } from '../../src-shared/errors.ts';

export type ConnectionState = 'connecting' | 'connected' | 'lost';

export interface UploadOptions {
  signal?: AbortSignal;
  /** Files handed over so far, of how many. */
  onProgress?: (done: number, total: number) => void;
}

/** A host's bridge whose connection can come and go. */
export interface Connection extends HostBridge {
  readonly state: ConnectionState;
  /** Tells every change of the state until the returned function is called. */
  watchState(listener: (state: ConnectionState) => void): () => void;
  addFiles(files: readonly PickedFile[], options?: UploadOptions): Promise<Outcome<OpenedSource[]>>;
}
