import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { UploadLimits } from '../../../src-main/browser-host/Uploads.ts';
import { startBrowserHost } from '../../../src-main/browser-host/startBrowserHost.ts';
import { openWorkstation } from '../../../src-main/calls/openWorkstation.ts';

export interface OpenedHost {
  url: string;
  port: number;
  /** Holds `page/`, `store/`, `temporary/`, and `secret.txt` that no request may read. */
  folder: string;
  close(): Promise<void>;
}

/** The real workstation behind the real browser host, in a fresh folder, with a page of one line. */
export async function openHost(uploadLimits?: UploadLimits): Promise<OpenedHost> {
  const folder = await mkdtemp(join(tmpdir(), 'bratum-host-'));
  await mkdir(join(folder, 'page'));
  await writeFile(join(folder, 'page', 'index.html'), '<title>page</title>');
  await writeFile(join(folder, 'secret.txt'), 'secret');
  const host = await startBrowserHost({
    openWorkstation: (asking) => openWorkstation(asking, { storeFolder: join(folder, 'store') }),
    rendererFolder: join(folder, 'page'),
    temporaryFolder: join(folder, 'temporary'),
    version: '0.0.0-test',
    ...(uploadLimits && { uploadLimits }),
  });
  return {
    url: host.url,
    port: Number(new URL(host.url).port),
    folder,
    async close() {
      await host.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
