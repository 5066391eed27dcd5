import type { HostBridge } from '../../src-shared/contract/bridge.ts';
import type { Connection } from './Connection.ts';
import { WebSocketConnection } from './WebSocketConnection.ts';

/** The part of `window` that tells which host the page runs in. */
export interface HostPage {
  location: { href: string };
  /** Put there by the Electron preload. */
  bratum?: HostBridge;
}

/** The preload's bridge where there is one (Electron), else a WebSocket to the server of this page. */
export function connect(page: HostPage): Connection {
  return page.bratum === undefined
    ? new WebSocketConnection(new URL(page.location.href))
    : preloaded(page.bratum);
}

/** Processes of one application do not lose each other: the state never changes. */
function preloaded(bridge: HostBridge): Connection {
  return {
    state: 'connected',
    watchState: () => () => undefined,
    call: (name, input) => bridge.call(name, input),
    listen: (listener) => bridge.listen(listener),
    addFiles: (files) => bridge.addFiles(files),
  };
}
