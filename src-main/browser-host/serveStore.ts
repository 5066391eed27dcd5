import { join } from 'node:path';
import { applicationVersion } from '../calls/applicationVersion.ts';
import { openWorkstation, type WorkstationOptions } from '../calls/openWorkstation.ts';
import { findRendererFolder } from './findRendererFolder.ts';
import { startBrowserHost, type BrowserHost } from './startBrowserHost.ts';

/** Where the host listens, and what the workstation behind it is made of. */
export interface ServeOptions extends WorkstationOptions {
  /** 0 for any free port. */
  port: number;
}

/**
 * Serves the workstation on a folder's store, with the page of this version.
 *
 * @throws UserError as `startBrowserHost`
 */
export async function serveStore({ port, ...options }: ServeOptions): Promise<BrowserHost> {
  return startBrowserHost({
    openWorkstation: (asking) => openWorkstation(asking, options),
    rendererFolder: await findRendererFolder(),
    temporaryFolder: join(options.storeFolder, 'uploads'),
    version: applicationVersion(),
    port,
  });
}
