import { readFile, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { UserError } from '../../src-shared/errors.ts';

/**
 * What the page may load and run: its own files, compiled WebAssembly, pictures that it made itself,
 * and a connection to where it came from. Both windows, Electron's and the browser's, get this policy.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Sent with every answer, whatever it holds. */
export const protectiveHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

export interface RendererFile {
  bytes: Uint8Array<ArrayBuffer>;
  mediaType: string;
}

/** The decoded path's parts, or null where a part could lead anywhere but down. */
function safeParts(pathname: string): string[] | null {
  let path: string;
  try {
    path = decodeURIComponent(pathname);
  } catch {
    return null;
  }
  const parts = path.split('/').filter((part) => part !== '');
  return parts.some((part) => part === '.' || part === '..' || /[\\:\0]/.test(part)) ? null : parts;
}

/**
 * Reads a file of the built page, and nothing else on the disk: neither encoded dots nor a link
 * inside the folder lead out of it.
 *
 * @param folder - the built renderer
 * @param pathname - path of the requested address, still percent-encoded; `/` is `index.html`
 * @throws UserError 'file-not-found'
 */
export async function readRendererFile(folder: string, pathname: string): Promise<RendererFile> {
  const parts = safeParts(pathname);
  if (parts === null) throw new UserError('file-not-found');
  const name = parts.length === 0 ? 'index.html' : join(...parts);
  try {
    const [root, file] = await Promise.all([realpath(folder), realpath(join(folder, name))]);
    if (!file.startsWith(root + sep)) throw new UserError('file-not-found');
    return {
      bytes: await readFile(file),
      mediaType: mediaTypes[extname(file)] ?? 'application/octet-stream',
    };
  } catch (cause) {
    throw new UserError('file-not-found', {}, { cause });
  }
}
