import { readFileSync } from 'node:fs';

/** Lies two folders up in the sources, the build and the package alike; the package's copy also names its build. */
function readManifest(): { version: string; buildName?: string } {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return manifest as { version: string; buildName?: string };
}

/** The version in `package.json`. */
export function applicationVersion(): string {
  return readManifest().version;
}

/** What the package was built from, as `npm run package` wrote it down; null where the sources run. */
export function applicationBuild(): string | null {
  return readManifest().buildName ?? null;
}
