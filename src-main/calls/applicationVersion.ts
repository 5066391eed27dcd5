import { readFileSync } from 'node:fs';

/** The version in `package.json`, which lies two folders up in the sources, the build and the package alike. */
export function applicationVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return (manifest as { version: string }).version;
}
