import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { InlineConfig } from 'vite';

/** What a source checkout builds, and what each is made of. */
const parts = {
  renderer: {
    sources: ['src-renderer', 'src-shared', 'vite.renderer.config.ts', 'svelte.config.js'],
    proof: 'index.html',
  },
  main: { sources: ['src-main', 'src-shared', 'vite.main.config.ts'], proof: 'shell.js' },
  preload: { sources: ['src-main/preload', 'src-shared', 'vite.preload.config.ts'], proof: 'preload.cjs' },
} as const;

export type BuiltPart = keyof typeof parts;

const projectFolder = fileURLToPath(new URL('..', import.meta.url));

/** When the newest file or folder below a path changed; folders count, so that a deletion is noticed. */
async function newestChangeMs(path: string): Promise<number> {
  const { mtimeMs } = await stat(path);
  if (!path.startsWith(join(projectFolder, 'src-')) || /\.\w+$/.test(path)) return mtimeMs;
  const names = await readdir(path, { withFileTypes: true });
  const inner = names.filter((entry) => entry.isDirectory() || !entry.name.includes('.test.'));
  const changes = await Promise.all(inner.map(({ name }) => newestChangeMs(join(path, name))));
  return Math.max(mtimeMs, ...changes);
}

async function isCurrent(part: BuiltPart): Promise<boolean> {
  const { sources, proof } = parts[part];
  const built = await stat(join(projectFolder, 'build', part, proof)).catch(() => null);
  if (built === null) return false;
  const changes = await Promise.all(
    [...sources, 'package-lock.json'].map((source) => newestChangeMs(join(projectFolder, source))),
  );
  return Math.max(...changes) <= built.mtimeMs;
}

/**
 * Swaps the new folder in, so that another process never finds half of one. Where another process was
 * faster, its folder is as good as ours.
 */
async function replaceFolder(folder: string, replacement: string): Promise<void> {
  const old = `${replacement}-old`;
  try {
    if (existsSync(folder)) await rename(folder, old);
    await rename(replacement, folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
  await rm(old, { recursive: true, force: true });
}

/**
 * Builds a part of the application with Vite unless the built files are newer than everything they are
 * made of. For source checkouts only: Vite is a development dependency, and the package ships built files.
 *
 * @returns the folder of the built files
 */
export async function ensureBuilt(part: BuiltPart): Promise<string> {
  const folder = join(projectFolder, 'build', part);
  if (await isCurrent(part)) return folder;
  process.stderr.write(`Building the ${part === 'renderer' ? 'page' : part} (a few seconds, once) …\n`);
  const startedAt = new Date();
  const replacement = join(projectFolder, 'build', `.${part}-${randomUUID()}`);
  const config: InlineConfig = {
    configFile: join(projectFolder, `vite.${part}.config.ts`),
    root: part === 'renderer' ? join(projectFolder, 'src-renderer') : projectFolder,
    logLevel: 'error',
    build: { outDir: replacement, emptyOutDir: true },
  };
  try {
    // Loaded only here: it is larger than all else that a start from the sources needs.
    const { build } = await import('vite');
    await build(config);
    // Stamped with the start, so that an edit during the build makes it stale.
    await utimes(join(replacement, parts[part].proof), startedAt, startedAt);
    await replaceFolder(folder, replacement);
  } finally {
    await rm(replacement, { recursive: true, force: true });
  }
  return folder;
}

if (import.meta.main) {
  for (const part of Object.keys(parts) as BuiltPart[]) await ensureBuilt(part);
}
