import { join } from 'node:path';
import { build } from 'vite';
import { projectFolder } from './components.ts';

/** The packages whose code Vite puts into our own files, by name. */
export async function bundledPackages(): Promise<string[]> {
  const names = new Set<string>();
  for (const part of ['renderer', 'main', 'preload']) {
    const result = await build({
      configFile: join(projectFolder, `vite.${part}.config.ts`),
      root: part === 'renderer' ? join(projectFolder, 'src-renderer') : projectFolder,
      logLevel: 'error',
      build: { write: false },
    });
    for (const { output } of [result].flat() as { output: { moduleIds?: string[] }[] }[])
      for (const { moduleIds = [] } of [output].flat())
        for (const id of moduleIds) {
          const name = /.*node_modules[/\\]((?:@[^/\\]+[/\\])?[^/\\]+)/.exec(id)?.[1];
          if (name !== undefined) names.add(name.replace('\\', '/'));
        }
  }
  return [...names].sort();
}
