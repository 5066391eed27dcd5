import { protocol } from 'electron';
import { protectiveHeaders, readRendererFile } from '../browser-host/rendererFile.ts';
import { pageHost, pageScheme } from './page.ts';

/**
 * Makes `app:` a scheme with an origin of its own, to which the rules of the web apply as to https:.
 * Electron accepts this before it is ready only.
 */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: pageScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Answers `app://bratum/…` from the renderer's folder, and from nowhere else. */
export function servePage(rendererFolder: string): void {
  protocol.handle(pageScheme, async ({ url, method }) => {
    const { host, pathname } = new URL(url);
    try {
      if (host !== pageHost || method !== 'GET') return refusal();
      const { bytes, mediaType } = await readRendererFile(rendererFolder, pathname);
      return new Response(bytes, { headers: { ...protectiveHeaders, 'content-type': mediaType } });
    } catch {
      return refusal();
    }
  });
}

function refusal(): Response {
  return new Response(null, { status: 404, headers: protectiveHeaders });
}
