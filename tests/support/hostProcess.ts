/**
 * Entry of a process that is the browser host of one screen test after the other: each gets a host and a workstation of its
 * own on a store of its own, as `bratum serve` makes them, and finds program and models loaded.
 */
import type { BrowserHost } from '../../src-main/browser-host/startBrowserHost.ts';
import { serveStore } from '../../src-main/browser-host/serveStore.ts';
import { LentChildren } from './LentChildren.ts';

/** A folder to be served, or null for none: whatever was served before is closed. */
export type HostOrder = { serve: string | null };

/** The address of what is served, null where nothing is; or what went wrong. */
export type HostReply = { url: string | null } | { failure: string };

const children = new LentChildren();
let host: BrowserHost | null = null;

async function carryOut({ serve: storeFolder }: HostOrder): Promise<HostReply> {
  try {
    await host?.close();
    host = null;
    if (storeFolder === null) return { url: null };
    // What the command line goes by as well.
    process.env['BRATUM_DATA'] = storeFolder;
    host = await serveStore({ storeFolder, port: 0, startChild: () => children.lend() });
    return { url: host.url };
  } catch (error) {
    return { failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

process.on('message', (order: HostOrder) => void carryOut(order).then((reply) => process.send?.(reply)));
process.on('disconnect', () => process.exit(0));
